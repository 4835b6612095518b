#include "exchange.hpp"

#include <microhttpd.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace portrait_depth::http {
namespace {

// A client that does not read would let the events grow without a bound.
constexpr std::size_t kMostWaitingEvents = std::size_t{1} << 16;

}  // namespace

const std::string& Request::header(const std::string& name) const {
  static const std::string none;
  const auto found =
      std::find_if(headers.begin(), headers.end(), [&](const auto& h) { return h.first == name; });
  return found == headers.end() ? none : found->second;
}

void Exchange::wake() {
  if (!is_suspended_ || connection_ == nullptr) return;
  is_suspended_ = false;
  MHD_resume_connection(connection_);
}

void Exchange::answer(Answer answer) {
  const std::lock_guard lock(mutex_);
  if (answered_) return;
  answer_ = std::move(answer);
  answered_ = true;
  has_ended_ = true;
  wake();
}

void Exchange::begin_events(Answer head) {
  const std::lock_guard lock(mutex_);
  if (answered_) return;
  answer_ = std::move(head);
  answered_ = true;
  is_stream_ = true;
  wake();
}

void Exchange::send_event(const std::string& name, const std::string& data) {
  const std::lock_guard lock(mutex_);
  if (name == "progress" && events_.size() > kMostWaitingEvents) return;
  events_.append("event: ").append(name).append("\ndata: ").append(data).append("\n\n");
  wake();
}

void Exchange::end_events() {
  const std::lock_guard lock(mutex_);
  has_ended_ = true;
  wake();
}

std::optional<Answer> Exchange::answer_or_suspend() {
  const std::lock_guard lock(mutex_);
  if (answer_) return std::exchange(answer_, std::nullopt);
  is_suspended_ = true;
  MHD_suspend_connection(connection_);
  return std::nullopt;
}

std::ptrdiff_t Exchange::take_events(char* buffer, std::size_t size) {
  const std::lock_guard lock(mutex_);
  if (!events_.empty()) {
    const std::size_t count = std::min(size, events_.size());
    std::memcpy(buffer, events_.data(), count);
    events_.erase(0, count);
    sent_bytes += count;
    return static_cast<std::ptrdiff_t>(count);
  }
  if (has_ended_) return -1;
  is_suspended_ = true;
  MHD_suspend_connection(connection_);
  return 0;
}

void Exchange::detach() {
  const std::lock_guard lock(mutex_);
  connection_ = nullptr;
  gone_ = true;
}

}  // namespace portrait_depth::http
