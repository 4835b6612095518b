// The core's thread pool.
#pragma once

#include <memory>
#include <type_traits>

#include "portrait_depth/visibility.hpp"

namespace portrait_depth {

/// Runs the iterations of a loop on a fixed number of threads. One loop at a time: `parallel_for` is called
/// from one thread, and not from inside a loop's body.
class PORTRAIT_DEPTH_API ThreadPool {
 public:
  /// `threads` includes the calling thread; 0 means one a processor core, 1 starts none. If the system allows
  /// fewer, the pool uses those.
  explicit ThreadPool(int threads = 0);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  /// The number of threads, including the calling one.
  int threads() const;

  /// Calls body(index, thread) for every index in 0..count-1, in any order, with `thread` in 0..threads()-1.
  /// Returns when all calls have returned. Allocates nothing. Rethrows the first exception of a body after
  /// the other calls have returned.
  template <class Body>
  void parallel_for(int count, Body&& body) {
    run(
        count,
        [](void* context, int index, int thread) {
          (*static_cast<std::remove_reference_t<Body>*>(context))(index, thread);
        },
        const_cast<void*>(static_cast<const void*>(&body)));
  }

 private:
  void run(int count, void (*call)(void*, int, int), void* context);
  struct PORTRAIT_DEPTH_LOCAL State;
  std::unique_ptr<State> state_;
};

}  // namespace portrait_depth
