// Ctrl-C asks the work to stop, so that it can clean up; a second Ctrl-C ends the process at once.
#pragma once

#include <atomic>

namespace portrait_depth::cli {

void watch_for_interrupt();
const std::atomic<bool>& interrupted();

}  // namespace portrait_depth::cli
