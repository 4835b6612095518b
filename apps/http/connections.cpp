#include "connections.hpp"

#include <microhttpd.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace portrait_depth::http {
namespace {

constexpr std::chrono::milliseconds kInterval(50);

bool has_closed(int socket) {
  char byte = 0;
  const ssize_t count = ::recv(socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return count == 0 || (count < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR);
}

}  // namespace

Connections::Connections(double receive_seconds, double send_seconds)
    : receive_(receive_seconds), send_(send_seconds), watcher_([this] { watch(); }) {}

Connections::~Connections() {
  {
    const std::lock_guard lock(mutex_);
    has_ended_ = true;
  }
  end_.notify_all();
  watcher_.join();
}

void Connections::open(MHD_Connection* connection) {
  const auto* info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
  const std::lock_guard lock(mutex_);
  entries_[connection] = {.socket = info == nullptr ? -1 : info->connect_fd};
}

void Connections::close(MHD_Connection* connection) {
  const std::lock_guard lock(mutex_);
  entries_.erase(connection);
}

void Connections::receive(MHD_Connection* connection) {
  const std::lock_guard lock(mutex_);
  Entry& entry = entries_[connection];
  entry = {.socket = entry.socket};
}

void Connections::work(MHD_Connection* connection, std::shared_ptr<Exchange> exchange) {
  const std::lock_guard lock(mutex_);
  Entry& entry = entries_[connection];
  entry = {.socket = entry.socket, .stage = Stage::working, .exchange = std::move(exchange)};
}

void Connections::send(MHD_Connection* connection) {
  const std::lock_guard lock(mutex_);
  Entry& entry = entries_[connection];
  entry.stage = Stage::sending;
  entry.since = Clock::now();
}

std::size_t Connections::working() const {
  const std::lock_guard lock(mutex_);
  return static_cast<std::size_t>(std::count_if(entries_.begin(), entries_.end(), [](const auto& entry) {
    return entry.second.stage != Stage::receiving;
  }));
}

void Connections::look_at(Entry& entry) const {
  if (entry.socket < 0) return;
  const auto time = Clock::now() - entry.since;
  const bool is_stream = entry.exchange && entry.exchange->is_stream();
  if (entry.exchange && (entry.stage == Stage::working || is_stream) && has_closed(entry.socket))
    entry.exchange->give_up();
  const bool is_late = (entry.stage == Stage::receiving && time > receive_) ||
                       (entry.stage == Stage::sending && !is_stream && time > send_);
  if (!is_late) return;
  ::shutdown(entry.socket, SHUT_RDWR);  // the server's thread then closes the connection
  entry.since = Clock::now();
}

void Connections::watch() {
  std::unique_lock lock(mutex_);
  while (!end_.wait_for(lock, kInterval, [this] { return has_ended_; }))
    for (auto& [connection, entry] : entries_) look_at(entry);
}

}  // namespace portrait_depth::http
