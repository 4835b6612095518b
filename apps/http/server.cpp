#include "server.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <stdexcept>
#include <utility>

#include "connections.hpp"
#include "request_reader.hpp"

namespace portrait_depth::http {
namespace {

constexpr std::size_t kHeaderBytes = 32768, kEventBlock = 65536;

struct ListenAddress {
  sockaddr_storage storage = {};
  bool is_ipv6 = false;
};

ListenAddress listen_address(const std::string& text, std::uint16_t port) {
  ListenAddress address;
  auto* v4 = reinterpret_cast<sockaddr_in*>(&address.storage);
  auto* v6 = reinterpret_cast<sockaddr_in6*>(&address.storage);
  if (::inet_pton(AF_INET, text.c_str(), &v4->sin_addr) == 1) {
    v4->sin_family = AF_INET;
    v4->sin_port = htons(port);
  } else if (::inet_pton(AF_INET6, text.c_str(), &v6->sin6_addr) == 1) {
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(port);
    address.is_ipv6 = true;
  } else {
    throw std::runtime_error(text + " is not a numeric address; write it as 127.0.0.1 or ::1");
  }
  return address;
}

using ResponsePtr = std::unique_ptr<MHD_Response, void (*)(MHD_Response*)>;

ResponsePtr file_response(const std::filesystem::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat state = {};
  if (descriptor < 0 || ::fstat(descriptor, &state) != 0) {
    if (descriptor >= 0) ::close(descriptor);
    return {nullptr, MHD_destroy_response};
  }
  return {MHD_create_response_from_fd64(static_cast<std::uint64_t>(state.st_size), descriptor),
          MHD_destroy_response};
}

ssize_t read_events(void* exchange, std::uint64_t /*position*/, char* buffer, std::size_t size) {
  const std::ptrdiff_t count = static_cast<Exchange*>(exchange)->take_events(buffer, size);
  return count < 0 ? MHD_CONTENT_READER_END_OF_STREAM : count;
}

// The exchange outlives the connection (its owner is the connection's context).
ResponsePtr response_of(Exchange& exchange, const Answer& answer) {
  if (exchange.is_stream())
    return {MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, kEventBlock, read_events, &exchange, nullptr),
            MHD_destroy_response};
  if (!answer.file.empty()) return file_response(answer.file);
  exchange.sent_bytes = answer.body.size();
  return {MHD_create_response_from_buffer(answer.body.size(), const_cast<char*>(answer.body.data()),
                                          MHD_RESPMEM_MUST_COPY),
          MHD_destroy_response};
}

}  // namespace

// What MHD's callbacks get for a request.
struct Current {
  std::shared_ptr<Exchange> exchange;
  std::unique_ptr<RequestReader> reader;
  bool is_handled = false;
};

struct Server::State {
  State(const ServerOptions& server_options, Handlers server_handlers)
      : options(server_options),
        handlers(std::move(server_handlers)),
        connections(server_options.receive_seconds, server_options.send_seconds) {}

  MHD_Result queue(MHD_Connection* connection, Exchange& exchange, const Answer& answer);
  MHD_Result begin(MHD_Connection* connection, Current& current);
  MHD_Result complete(MHD_Connection* connection, Current& current);

  ServerOptions options;
  Handlers handlers;
  Connections connections;
  MHD_Daemon* daemon = nullptr;
};

MHD_Result Server::State::queue(MHD_Connection* connection, Exchange& exchange, const Answer& answer) {
  connections.send(connection);
  ResponsePtr response = response_of(exchange, answer);
  if (!response) return MHD_NO;
  exchange.status = answer.status;
  exchange.fault = answer.fault;
  const auto add = [&](const std::string& name, const std::string& value) {
    MHD_add_response_header(response.get(), name.c_str(), value.c_str());
  };
  if (!answer.content_type.empty()) add("Content-Type", answer.content_type);
  add("X-Request-Id", exchange.request.id);
  for (const auto& [name, value] : answer.headers) add(name, value);
  return MHD_queue_response(connection, static_cast<unsigned>(answer.status), response.get());
}

// The headers are complete.
MHD_Result Server::State::begin(MHD_Connection* connection, Current& current) {
  Request& request = current.exchange->request;
  read_head(connection, request);
  if (const auto answer = handlers.check(request)) return queue(connection, *current.exchange, *answer);
  const std::string& length = request.header("content-length");
  std::uint64_t bytes = 0;
  std::from_chars(length.data(), length.data() + length.size(), bytes);
  // A body that is a little too large is read to its end: a client that is still sending misses an early
  // answer.
  if (bytes >= 2 * options.most_body_bytes)
    return queue(connection, *current.exchange, handlers.refuse(MHD_HTTP_CONTENT_TOO_LARGE, ""));
  current.reader = std::make_unique<RequestReader>(connection, request, options.most_body_bytes);
  return MHD_YES;
}

// The body is complete: the first call handles the request, the one after resuming sends its answer.
MHD_Result Server::State::complete(MHD_Connection* connection, Current& current) {
  if (!current.is_handled) {
    current.is_handled = true;
    const std::string fault = current.reader->finish();
    const bool is_too_large = current.reader->is_too_large();
    current.reader.reset();
    if (is_too_large || !fault.empty())
      return queue(connection, *current.exchange,
                   handlers.refuse(is_too_large ? MHD_HTTP_CONTENT_TOO_LARGE : MHD_HTTP_BAD_REQUEST, fault));
    connections.work(connection, current.exchange);
    handlers.handle(current.exchange);
  }
  if (const auto answer = current.exchange->answer_or_suspend())
    return queue(connection, *current.exchange, *answer);
  return MHD_YES;
}

namespace {

MHD_Result access(void* server, MHD_Connection* connection, const char* url, const char* method,
                  const char* /*version*/, const char* data, std::size_t* size, void** context) noexcept {
  auto& state = *static_cast<Server::State*>(server);
  try {
    if (*context == nullptr) {
      auto current = std::make_unique<Current>();
      current->exchange = std::make_shared<Exchange>(connection);
      current->exchange->request.path = url;
      current->exchange->request.method = method;
      auto* const raw = current.release();
      *context = raw;
      return state.begin(connection, *raw);
    }
    auto& current = *static_cast<Current*>(*context);
    if (*size == 0) return state.complete(connection, current);
    const bool goes_on = current.reader->read({data, *size});
    *size = 0;
    return goes_on ? MHD_YES : MHD_NO;
  } catch (const std::exception&) {  // memory is missing: the connection ends
    return MHD_NO;
  }
}

void completed(void* server, MHD_Connection* connection, void** context,
               MHD_RequestTerminationCode) noexcept {
  const std::unique_ptr<Current> current(static_cast<Current*>(*context));
  *context = nullptr;
  auto& state = *static_cast<Server::State*>(server);
  if (current) {
    current->exchange->detach();
    try {
      state.handlers.finish(*current->exchange);
    } catch (const std::exception&) {  // the log has no memory
    }
  }
  state.connections.receive(connection);
}

void notify(void* server, MHD_Connection* connection, void** /*context*/,
            MHD_ConnectionNotificationCode code) noexcept {
  auto& connections = static_cast<Server::State*>(server)->connections;
  if (code == MHD_CONNECTION_NOTIFY_STARTED)
    connections.open(connection);
  else
    connections.close(connection);
}

}  // namespace

Server::Server(const ServerOptions& options, Handlers handlers)
    : state_(std::make_unique<State>(options, std::move(handlers))) {
  ListenAddress address = listen_address(options.address, options.port);
  unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME;
  if (address.is_ipv6) flags |= MHD_USE_IPv6;
  errno = 0;
  state_->daemon = MHD_start_daemon(
      flags, options.port, nullptr, nullptr, access, state_.get(), MHD_OPTION_SOCK_ADDR, &address.storage,
      MHD_OPTION_NOTIFY_COMPLETED, completed, state_.get(), MHD_OPTION_NOTIFY_CONNECTION, notify,
      state_.get(), MHD_OPTION_CONNECTION_LIMIT, options.most_connections, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
      kHeaderBytes, MHD_OPTION_CONNECTION_TIMEOUT, static_cast<unsigned>(options.send_seconds),
      MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1, MHD_OPTION_END);
  if (state_->daemon == nullptr)
    throw std::runtime_error(options.address + ":" + std::to_string(options.port) + " cannot be used: " +
                             std::strerror(errno) + "; choose another --port or --address");
}

Server::~Server() {
  if (state_->daemon != nullptr) MHD_stop_daemon(state_->daemon);
}

std::uint16_t Server::port() const {
  const auto* info = MHD_get_daemon_info(state_->daemon, MHD_DAEMON_INFO_BIND_PORT);
  return info == nullptr ? 0 : info->port;
}

void Server::stop_listening() {
  const int socket = MHD_quiesce_daemon(state_->daemon);
  if (socket >= 0) ::close(socket);
}

std::size_t Server::exchanges() const {
  return state_->connections.working();
}

}  // namespace portrait_depth::http
