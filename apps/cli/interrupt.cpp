#include "interrupt.hpp"

#include <unistd.h>

#include <chrono>
#include <csignal>
#include <string_view>
#include <thread>

#include "io/temporary_file.hpp"

#include "portrait_depth/error.hpp"

namespace portrait_depth::cli {
namespace {

std::atomic<bool> flag = false;
std::atomic<int> last_signal = SIGINT;
static_assert(std::atomic<bool>::is_always_lock_free && std::atomic<int>::is_always_lock_free,
              "a signal handler may set them");

extern "C" void raise_flag(int number) {
  last_signal.store(number);
  flag.store(true);
}

// A decoder, a network or a pipe without a writer does not look at the flag.
void end_what_does_not_stop() {
  constexpr std::chrono::milliseconds kPollInterval(20), kTimeToStop(800);
  constexpr std::string_view kMessage = "stopped\n";
  while (!flag.load()) std::this_thread::sleep_for(kPollInterval);
  std::this_thread::sleep_for(kTimeToStop);
  static_cast<void>(!::write(STDERR_FILENO, kMessage.data(), kMessage.size()));
  io::exit_without_unfinished_files(exit_code_of_interrupt());
}

// The signals go to the other threads.
void start_watcher() {
  sigset_t all = {}, before = {};
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  std::thread(end_what_does_not_stop).detach();
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

}  // namespace

void watch_for_interrupt() {
  struct sigaction action = {};
  action.sa_handler = raise_flag;
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
  return flag;
}

void stop_if_interrupted() {
  if (flag.load()) throw Error(ErrorCode::stopped, "stopped on request");
}

int exit_code_of_interrupt() {
  constexpr int kEndedBySignal = 128;
  return kEndedBySignal + last_signal.load();
}

}  // namespace portrait_depth::cli
