// Reasons to end the work before it is done: a signal (Ctrl-C, SIGTERM, the end of the terminal) or
// --timeout. The work is requested to stop, so that it can clean up. Work that does not stop within 0.8
// seconds is ended, and its unfinished files are removed. A second signal ends the process at once.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>

namespace portrait_depth::cli {

void watch_for_interrupt();
/// True when this thread's job must stop: by a signal, because its time is over, or on request. In a thread
/// without a job: after a signal.
const std::atomic<bool>& interrupted();
/// Throws ErrorCode::stopped if interrupted().
void stop_if_interrupted();
/// True after a signal.
bool is_signaled();
/// The exit code of a process that a signal ended, as shells expect it: 128 plus the signal's number.
int exit_code_of_interrupt();

/// The job that this thread works on; one at a time.
class WatchedJob {
 public:
  /// `name` stands in the line that is printed where the job must be ended.
  WatchedJob(const std::string& name, std::optional<double> timeout_seconds);
  ~WatchedJob();
  WatchedJob(const WatchedJob&) = delete;
  WatchedJob& operator=(const WatchedJob&) = delete;

  /// For any thread.
  void request_stop();
  bool is_overdue() const;
  /// "anna.jpg: timeout: …".
  const std::string& timeout_line() const;

  struct State;

 private:
  std::unique_ptr<State> state_;
};

}  // namespace portrait_depth::cli
