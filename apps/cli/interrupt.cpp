#include "interrupt.hpp"

#include <unistd.h>

#include <chrono>
#include <csignal>
#include <mutex>
#include <string_view>
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

std::atomic<bool> must_stop = false, is_signaled = false, is_overdue = false;
std::atomic<int> last_signal = SIGINT;
static_assert(std::atomic<bool>::is_always_lock_free && std::atomic<int>::is_always_lock_free,
              "a signal handler may set them");

// The current job, for the watcher.
struct CurrentJob {
  std::mutex mutex;
  unsigned number = 0;
  std::string timeout_line;
  std::optional<Clock::time_point> deadline;
};
CurrentJob& current_job() {
  static auto* const job = new CurrentJob;  // the watcher uses it while the process ends
  return *job;
}

extern "C" void request_stop(int number) {
  last_signal.store(number);
  is_signaled.store(true);
  must_stop.store(true);
}

[[noreturn]] void end_at_once(std::string line, int code) {
  line += '\n';
  static_cast<void>(!::write(message_descriptor(), line.data(), line.size()));
  io::exit_without_unfinished_files(code);
}

[[noreturn]] void end_what_does_not_stop() {
  if (is_signaled) end_at_once("stopped", exit_code_of_interrupt());
  std::string line;
  {
    const std::lock_guard lock(current_job().mutex);
    line = current_job().timeout_line;
  }
  end_at_once(printable(line), kExitTimeout);
}

// Sets the stop flag at the job's deadline.
void check_deadline() {
  const std::lock_guard lock(current_job().mutex);
  if (!current_job().deadline || Clock::now() < *current_job().deadline) return;
  current_job().deadline.reset();
  is_overdue.store(true);
  must_stop.store(true);
}

unsigned job_number() {
  const std::lock_guard lock(current_job().mutex);
  return current_job().number;
}

// A decoder, a network or a pipe without a writer does not read the flag.
void watch() {
  for (;;) {
    std::this_thread::sleep_for(kPollInterval);
    check_deadline();
    if (!must_stop) continue;
    const unsigned number = job_number();
    const Clock::time_point end = Clock::now() + kTimeToStop;
    while (must_stop && number == job_number()) {
      if (Clock::now() >= end) end_what_does_not_stop();
      std::this_thread::sleep_for(kPollInterval);
    }
  }
}

// The signals go to the other threads.
void start_watcher() {
  sigset_t all = {}, before = {};
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  std::thread(watch).detach();
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

}  // namespace

void watch_for_interrupt() {
  struct sigaction action = {};
  action.sa_handler = request_stop;
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
  return must_stop;
}

void stop_if_interrupted() {
  if (must_stop.load()) throw Error(ErrorCode::stopped, "stopped on request");
}

int exit_code_of_interrupt() {
  constexpr int kEndedBySignal = 128;
  return kEndedBySignal + last_signal.load();
}

WatchedJob::WatchedJob(const std::string& name, std::optional<double> timeout_seconds)
    : timeout_line_(name + ": timeout: not done after " + number_text(timeout_seconds.value_or(0)) +
                    " s. Scale the photo down or raise the limit (--timeout).") {
  const std::lock_guard lock(current_job().mutex);
  ++current_job().number;
  current_job().timeout_line = timeout_line_;
  current_job().deadline.reset();
  if (timeout_seconds)
    current_job().deadline = Clock::now() + std::chrono::duration_cast<Clock::duration>(
                                                std::chrono::duration<double>(*timeout_seconds));
}

WatchedJob::~WatchedJob() {
  const std::lock_guard lock(current_job().mutex);
  ++current_job().number;
  current_job().deadline.reset();
  // The next job starts with its own time. A signal stays.
  if (cli::is_overdue.exchange(false)) must_stop.store(false);
  if (is_signaled) must_stop.store(true);
}

bool WatchedJob::is_overdue() const {
  return cli::is_overdue && !is_signaled;
}

}  // namespace portrait_depth::cli
