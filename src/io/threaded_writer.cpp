#include "io/threaded_writer.hpp"

#include <algorithm>
#include <utility>

#include "io/vips_session.hpp"

namespace portrait_depth::io {
namespace {

// Enough for an encoder that processes several frames at once.
constexpr std::size_t kMostWaiting = 4;

}  // namespace

ThreadedWriter::ThreadedWriter(std::unique_ptr<VideoWriter> writer, std::string name, std::string alpha_error)
    : writer_(std::move(writer)), name_(std::move(name)), alpha_error_(std::move(alpha_error)) {}

ThreadedWriter::~ThreadedWriter() {
  join(true);
}

void ThreadedWriter::check(const Image& frame) const {
  if (is_finished_)
    throw Error(ErrorCode::invalid_argument, name_ + ": a finished film takes no more frames");
  if (frame.empty()) throw Error(ErrorCode::invalid_argument, name_ + ": a frame must not be empty");
  if (frame.channels() == 4 && !alpha_error_.empty())
    throw Error(ErrorCode::unsupported, name_ + ": " + alpha_error_);
  if (width_ != 0 && (frame.width() != width_ || frame.height() != height_ || frame.channels() != channels_))
    throw Error(ErrorCode::invalid_argument,
                name_ + ": all frames of a film must have one size and number of channels");
}

void ThreadedWriter::write_first(const Image& frame) {
  try {
    writer_->write(frame);
  } catch (...) {
    error_ = std::current_exception();
    throw;
  }
  width_ = frame.width();
  height_ = frame.height();
  channels_ = frame.channels();
}

void ThreadedWriter::write(const Image& frame) {
  std::unique_lock lock(mutex_);
  rethrow();
  check(frame);
  if (width_ == 0) return write_first(frame);
  if (!thread_.joinable()) thread_ = std::thread([this] { work(); });
  changed_.wait(lock, [&] { return waiting_.size() < kMostWaiting || error_; });
  rethrow();
  Image copy;
  if (!spare_.empty()) {
    copy = std::move(spare_.back());
    spare_.pop_back();
  }
  copy.resize(frame.width(), frame.height(), frame.channels());
  std::copy(frame.bytes().begin(), frame.bytes().end(), copy.bytes().begin());
  waiting_.push_back(std::move(copy));
  changed_.notify_all();
}

void ThreadedWriter::finish() {
  if (is_finished_) throw Error(ErrorCode::invalid_argument, name_ + ": the film is finished already");
  join(false);
  rethrow();
  if (width_ == 0) throw Error(ErrorCode::invalid_argument, name_ + ": a film needs at least one frame");
  try {
    writer_->finish();
  } catch (...) {
    error_ = std::current_exception();
    throw;
  }
  is_finished_ = true;
}

void ThreadedWriter::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [&] { return !waiting_.empty() || no_more_; });
    if (waiting_.empty()) break;
    Image frame = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    std::exception_ptr error;
    try {
      writer_->write(frame);
    } catch (...) {
      error = std::current_exception();
    }
    lock.lock();
    spare_.push_back(std::move(frame));
    error_ = error;
    changed_.notify_all();
    if (error_) break;
  }
  lock.unlock();
  end_vips_thread();
}

void ThreadedWriter::join(bool drop_waiting) {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    no_more_ = true;
    if (drop_waiting) waiting_.clear();
  }
  changed_.notify_all();
  thread_.join();
}

void ThreadedWriter::rethrow() {
  if (error_) std::rethrow_exception(error_);
}

}  // namespace portrait_depth::io
