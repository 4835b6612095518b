// A request and its answer. Work on any thread answers it; the server's thread sends the answer.
#pragma once

#include <atomic>
#include <chrono>
#include <mutex>
#include <optional>
#include <string>

#include "message.hpp"

struct MHD_Connection;  // NOLINT(readability-identifier-naming): libmicrohttpd's own name

namespace portrait_depth::http {

class Exchange {
 public:
  using Clock = std::chrono::steady_clock;

  explicit Exchange(MHD_Connection* connection) : connection_(connection) {}

  Request request;
  const Clock::time_point start = Clock::now();

  /// Ends the exchange. Only the first answer counts. After begin_events(), use end_events().
  void answer(Answer answer);
  /// Starts an answer that is a stream of server-sent events.
  void begin_events(Answer head);
  /// `data` is one line.
  void send_event(const std::string& name, const std::string& data);
  void end_events();

  /// True once the client has closed its side of the connection, or the server ends.
  const std::atomic<bool>& gone() const { return gone_; }
  /// Sets gone().
  void give_up() { gone_.store(true); }

  // For the server.
  /// The answer, if there is one; else suspends the connection until there is one.
  std::optional<Answer> answer_or_suspend();
  bool is_stream() const { return is_stream_; }
  /// Copies waiting bytes of the events. Returns 0 after suspending the connection, -1 at the end.
  std::ptrdiff_t take_events(char* buffer, std::size_t size);
  /// The connection ends: no more calls of it.
  void detach();
  bool is_answered() const { return answered_.load(); }
  /// For the log: set by the server.
  int status = 0;
  std::string fault;
  std::uint64_t sent_bytes = 0;

 private:
  void wake();  // with the lock held

  std::mutex mutex_;
  MHD_Connection* connection_;
  std::optional<Answer> answer_;
  std::string events_;
  bool is_suspended_ = false, has_ended_ = false;
  std::atomic<bool> gone_ = false, answered_ = false, is_stream_ = false;
};

}  // namespace portrait_depth::http
