// Frames are encoded on a thread of their own, while the next ones are drawn.
#pragma once

#include <condition_variable>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "portrait_depth/io.hpp"

namespace portrait_depth::io {

/// Checks the frames by VideoWriter's contract and passes copies of them to `writer`, which therefore gets at
/// least one frame, and frames of one size and number of channels. The first frame is written at once: its
/// error shows that the film cannot be written at all. A later frame's error is thrown by the next write() or
/// by finish(). An error stays: write() and finish() throw it again.
class ThreadedWriter : public VideoWriter {
 public:
  /// Errors begin with `name`. If `alpha_error` is not empty, an RGBA frame throws ErrorCode::unsupported
  /// with it.
  ThreadedWriter(std::unique_ptr<VideoWriter> writer, std::string name, std::string alpha_error = {});
  ~ThreadedWriter() override;
  void write(const Image& frame) override;
  void finish() override;

 private:
  void check(const Image& frame) const;
  void write_first(const Image& frame);
  void work();
  void join(bool drop_waiting);
  void rethrow();

  std::unique_ptr<VideoWriter> writer_;
  std::string name_, alpha_error_;
  int width_ = 0, height_ = 0, channels_ = 0;  // of the first frame, once that is written
  bool is_finished_ = false;

  std::thread thread_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Image> waiting_;  // at most kMostWaiting; guarded, as all below
  std::vector<Image> spare_;   // their memory is reused
  std::exception_ptr error_;
  bool no_more_ = false;
};

}  // namespace portrait_depth::io
