// One C++ object that several Python threads share.
#pragma once

#include <pybind11/pybind11.h>

#include <chrono>
#include <memory>
#include <mutex>
#include <utility>

#include "portrait_depth/progress.hpp"

namespace portrait_depth {

/// Holds an object whose functions must not run on several threads at once. Calls run one after the other.
template <class Object>
class Guarded {
 public:
  explicit Guarded(std::unique_ptr<Object> object) : object_(std::move(object)) {}

  /// Runs work(object). The caller holds the interpreter's lock; it is released while the call waits and
  /// runs, so that the thread that uses the object can always end.
  template <class Work>
  auto use(const Work& work) {
    const pybind11::gil_scoped_release unlocked;
    const std::lock_guard lock(mutex_);
    return work(*object_);
  }

  /// The same for a caller without the interpreter's lock. Throws ErrorCode::stopped while it waits, too.
  template <class Work>
  auto use_unlocked(const Work& work, const Progress& progress) {
    constexpr std::chrono::milliseconds kPollInterval(20);
    std::unique_lock lock(mutex_, std::defer_lock);
    while (!lock.try_lock_for(kPollInterval)) progress.at(0);
    return work(*object_);
  }

 private:
  std::timed_mutex mutex_;
  std::unique_ptr<Object> object_;
};

}  // namespace portrait_depth
