// An HTTP server on libmicrohttpd: one thread serves all connections, so that a slow client holds no other
// one.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "exchange.hpp"

namespace portrait_depth::http {

struct ServerOptions {
  std::string address = "127.0.0.1";  ///< Numeric, IPv4 or IPv6.
  std::uint16_t port = 0;             ///< 0: the system chooses a free one.
  std::uint64_t most_body_bytes = 50'000'000;
  double receive_seconds = 30;  ///< For a whole request, from its first byte or the end of the one before.
  double send_seconds = 120;    ///< For a whole answer, except streams.
  unsigned most_connections = 800;
};

/// The functions are called on the server's thread and return at once.
struct Handlers {
  /// Called when the headers are complete; an answer ends the exchange, and the body is not read.
  std::function<std::optional<Answer>(const Request& request)> check;
  /// Called when the request is complete. `handle` calls answer() or begin_events(), at once or later.
  std::function<void(const std::shared_ptr<Exchange>& exchange)> handle;
  /// The answer to a request whose body is too large or broken: status 413 or 400.
  std::function<Answer(int status, const std::string& reason)> refuse;
  /// Called when the answer is sent, or the connection has ended before.
  std::function<void(const Exchange& exchange)> finish;
};

class Server {
 public:
  struct State;  ///< Of server.cpp.
  /// Listens from here on. Throws std::runtime_error with the address and the reason.
  Server(const ServerOptions& options, Handlers handlers);
  /// Ends all connections. Each exchange must have been answered.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  std::uint16_t port() const;
  /// Accepts no more connections.
  void stop_listening();
  /// Exchanges that are not finished.
  std::size_t exchanges() const;

 private:
  std::unique_ptr<State> state_;
};

}  // namespace portrait_depth::http
