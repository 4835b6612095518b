// Ctrl-C, SIGTERM and the end of the terminal request the work to stop, so that it can clean up. Work that
// does not stop within 0.8 seconds is ended, and its unfinished files are removed. A second signal ends the
// process at once.
#pragma once

#include <atomic>

namespace portrait_depth::cli {

void watch_for_interrupt();
const std::atomic<bool>& interrupted();
/// Throws ErrorCode::stopped.
void stop_if_interrupted();
/// The exit code of a process that a signal ended, as shells expect it: 128 plus the signal's number.
int exit_code_of_interrupt();

}  // namespace portrait_depth::cli
