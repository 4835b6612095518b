// Long work reports how far it is, and can be stopped.
#pragma once

#include <atomic>
#include <functional>

#include "portrait_depth/error.hpp"

namespace portrait_depth {

/// Passed to long work. Both members may be left empty. The callback runs on the caller's thread.
struct Progress {
  std::function<void(double fraction)> report;  ///< Called with 0..1, never decreasing.
  const std::atomic<bool>* stop =
      nullptr;  ///< Set to true from any thread: the work throws ErrorCode::stopped.

  void at(double fraction) const {
    if (stop != nullptr && stop->load(std::memory_order_relaxed))
      throw Error(ErrorCode::stopped, "stopped on request");
    if (report) report(fraction);
  }
};

}  // namespace portrait_depth
