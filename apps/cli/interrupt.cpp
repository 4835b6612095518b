#include "interrupt.hpp"

#include <unistd.h>

#include <chrono>
#include <csignal>
#include <mutex>
#include <set>
#include <thread>

#include "command.hpp"
#include "io/temporary_file.hpp"
#include "library_messages.hpp"
#include "portrait_depth/error.hpp"
#include "printable.hpp"
#include "text/number_text.hpp"

namespace portrait_depth::cli {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kPollInterval(20), kTimeToStop(800);

std::atomic<bool> has_signal = false;
std::atomic<int> last_signal = SIGINT;
static_assert(std::atomic<bool>::is_always_lock_free && std::atomic<int>::is_always_lock_free,
              "a signal handler may set them");

}  // namespace

struct WatchedJob::State {
  std::atomic<bool> must_stop = false, is_overdue = false;
  std::string timeout_line;
  std::optional<Clock::time_point> deadline;  // to stop by itself
  std::optional<Clock::time_point> end;       // of the time to stop after the deadline
};

namespace {

// The jobs of all threads, for the watcher.
struct Jobs {
  std::mutex mutex;
  std::set<WatchedJob::State*> running;
};
Jobs& jobs() {
  static auto* const made = new Jobs;  // the watcher uses it while the process ends
  return *made;
}
thread_local const WatchedJob::State* own_job = nullptr;

extern "C" void note_signal(int number) {
  last_signal.store(number);
  has_signal.store(true);
}

[[noreturn]] void end_at_once(std::string line, int code) {
  line += '\n';
  static_cast<void>(!::write(message_descriptor(), line.data(), line.size()));
  io::exit_without_unfinished_files(code);
}

// Requests jobs to stop whose time is over. Ends the process if one did not stop.
void check_deadlines(Clock::time_point now) {
  const std::lock_guard lock(jobs().mutex);
  for (WatchedJob::State* job : jobs().running) {
    if (job->end && now >= *job->end) end_at_once(printable(job->timeout_line), kExitTimeout);
    if (!job->deadline || now < *job->deadline) continue;
    job->deadline.reset();
    job->end = now + kTimeToStop;
    job->is_overdue.store(true);
    job->must_stop.store(true);
  }
}

void stop_all_jobs() {
  const std::lock_guard lock(jobs().mutex);
  for (WatchedJob::State* job : jobs().running) job->must_stop.store(true);
}

bool is_working() {
  const std::lock_guard lock(jobs().mutex);
  return !jobs().running.empty();
}

// A decoder, a network or a pipe without a writer does not read the flag. After the last job, the process has
// the same time once more to end.
void watch_signals() {
  std::optional<Clock::time_point> end;
  bool was_working = false;
  for (;;) {
    std::this_thread::sleep_for(kPollInterval);
    const Clock::time_point now = Clock::now();
    if (!has_signal) {
      check_deadlines(now);
      continue;
    }
    const bool works = is_working();
    if (!end) stop_all_jobs();
    if (!end || (was_working && !works)) end = now + kTimeToStop;
    was_working = works;
    if (now >= *end) end_at_once("stopped", exit_code_of_interrupt());
  }
}

// The signals go to the other threads.
void start_watcher() {
  sigset_t all = {}, before = {};
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  std::thread(watch_signals).detach();
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

}  // namespace

void watch_for_interrupt() {
  struct sigaction action = {};
  action.sa_handler = note_signal;
  // System calls go on; the second signal finds the system's own handler.
  action.sa_flags = static_cast<int>(SA_RESTART | SA_RESETHAND);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  // Under nohup the work goes on.
  struct sigaction inherited = {};
  if (sigaction(SIGHUP, nullptr, &inherited) == 0 && inherited.sa_handler != SIG_IGN)
    sigaction(SIGHUP, &action, nullptr);
  // A reader that goes away is a failed write, not the end of the process.
  std::signal(SIGPIPE, SIG_IGN);
  // So is a file that grows past the limit of `ulimit -f`.
  std::signal(SIGXFSZ, SIG_IGN);
  start_watcher();
}

const std::atomic<bool>& interrupted() {
  return own_job == nullptr ? has_signal : own_job->must_stop;
}

void stop_if_interrupted() {
  if (interrupted().load()) throw Error(ErrorCode::stopped, "stopped on request");
}

bool is_signaled() {
  return has_signal;
}

int exit_code_of_interrupt() {
  constexpr int kEndedBySignal = 128;
  return kEndedBySignal + last_signal.load();
}

WatchedJob::WatchedJob(const std::string& name, std::optional<double> timeout_seconds)
    : state_(std::make_unique<State>()) {
  state_->timeout_line = name + ": timeout: not done after " + number_text(timeout_seconds.value_or(0)) +
                         " s. Scale the photo down or raise the limit (--timeout).";
  if (timeout_seconds)
    state_->deadline = Clock::now() + std::chrono::duration_cast<Clock::duration>(
                                          std::chrono::duration<double>(*timeout_seconds));
  const std::lock_guard lock(jobs().mutex);
  state_->must_stop.store(has_signal);
  jobs().running.insert(state_.get());
  own_job = state_.get();
}

WatchedJob::~WatchedJob() {
  const std::lock_guard lock(jobs().mutex);
  jobs().running.erase(state_.get());
  own_job = nullptr;
}

void WatchedJob::request_stop() {
  state_->must_stop.store(true);
}

bool WatchedJob::is_overdue() const {
  return state_->is_overdue && !has_signal;
}

const std::string& WatchedJob::timeout_line() const {
  return state_->timeout_line;
}

}  // namespace portrait_depth::cli
