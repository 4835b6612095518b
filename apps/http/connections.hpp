// The open connections: their deadlines, and the clients that have gone.
#pragma once

#include <chrono>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <thread>

#include "exchange.hpp"

namespace portrait_depth::http {

/// A thread looks at all connections twenty times a second. A connection that is too slow in sending its
/// request or in reading its answer is shut down. An exchange whose client closed its side is given up.
class Connections {
 public:
  Connections(double receive_seconds, double send_seconds);
  ~Connections();
  Connections(const Connections&) = delete;
  Connections& operator=(const Connections&) = delete;

  void open(MHD_Connection* connection);
  void close(MHD_Connection* connection);
  /// The states of a connection in turn.
  void receive(MHD_Connection* connection);
  void work(MHD_Connection* connection, std::shared_ptr<Exchange> exchange);
  void send(MHD_Connection* connection);
  std::size_t working() const;

 private:
  using Clock = Exchange::Clock;
  enum class Stage { receiving, working, sending };
  struct Entry {
    int socket = -1;
    Stage stage = Stage::receiving;
    Clock::time_point since = Clock::now();
    std::shared_ptr<Exchange> exchange = {};
  };
  void watch();
  void look_at(Entry& entry) const;

  const std::chrono::duration<double> receive_, send_;
  mutable std::mutex mutex_;
  std::condition_variable end_;
  bool has_ended_ = false;
  std::map<MHD_Connection*, Entry> entries_;
  std::thread watcher_;
};

}  // namespace portrait_depth::http
