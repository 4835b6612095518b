// Progress reports of long work, and requests to stop it.
#pragma once

#include <atomic>
#include <functional>

#include "portrait_depth/error.hpp"

namespace portrait_depth {

/// An argument of functions that take long. Both members may be empty. `report` is called on the caller's
/// thread.
struct Progress {
  std::function<void(double fraction)> report;  ///< `fraction` is 0..1 and never decreases.
  /// If any thread sets it to true, the function throws ErrorCode::stopped.
  const std::atomic<bool>* stop = nullptr;

  /// Called by the function itself: throws if it is to stop, else reports.
  void at(double fraction) const {
    if (stop != nullptr && stop->load(std::memory_order_relaxed))
      throw Error(ErrorCode::stopped, "stopped on request");
    if (report) report(fraction);
  }
};

}  // namespace portrait_depth
