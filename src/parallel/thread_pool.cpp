#include "portrait_depth/thread_pool.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace portrait_depth {

struct ThreadPool::State {
  std::vector<std::thread> workers;
  std::mutex mutex;
  std::condition_variable work_arrived, work_done;
  unsigned generation = 0;  // counts loops, so that a worker runs each loop once
  int busy = 0;
  bool ending = false;

  int count = 0;
  void (*call)(void*, int, int) = nullptr;
  void* context = nullptr;
  std::atomic<int> next{0};
  std::exception_ptr failure;

  explicit State(int threads) {
    workers.reserve(static_cast<std::size_t>(threads - 1));
    try {
      for (int thread = 1; thread < threads; ++thread)
        workers.emplace_back([this, thread] { serve(thread); });
    } catch (const std::system_error&) {
      // The system allows no more threads: the started ones do the work.
    }
  }

  ~State() {
    {
      const std::lock_guard lock(mutex);
      ending = true;
    }
    work_arrived.notify_all();
    for (std::thread& worker : workers) worker.join();
  }

  static std::unique_ptr<State> take(int threads);
  static void give_back(std::unique_ptr<State> state);

  void take_iterations(int thread) {
    for (int index = next.fetch_add(1); index < count; index = next.fetch_add(1)) {
      try {
        call(context, index, thread);
      } catch (...) {
        const std::lock_guard lock(mutex);
        if (!failure) failure = std::current_exception();
        next = count;
      }
    }
  }

  void serve(int thread) {
    unsigned seen = 0;
    std::unique_lock lock(mutex);
    while (true) {
      work_arrived.wait(lock, [&] { return ending || generation != seen; });
      if (ending) return;
      seen = generation;
      lock.unlock();
      take_iterations(thread);
      lock.lock();
      if (--busy == 0) work_done.notify_one();
    }
  }
};

#ifdef __EMSCRIPTEN_PTHREADS__

// A browser starts and ends threads only between two calls of the page's script. Threads are therefore kept
// from pool to pool. The bindings hold one pool at a time, so the number of kept threads is that of the
// largest pool.
namespace {
template <class State>
std::vector<std::unique_ptr<State>>& idle_states() {
  static auto* idle = new std::vector<std::unique_ptr<State>>;
  return *idle;
}
}  // namespace

std::unique_ptr<ThreadPool::State> ThreadPool::State::take(int threads) {
  auto& idle = idle_states<State>();
  for (std::unique_ptr<State>& state : idle)
    if (static_cast<int>(state->workers.size()) + 1 == threads) {
      std::swap(state, idle.back());
      std::unique_ptr<State> taken = std::move(idle.back());
      idle.pop_back();
      return taken;
    }
  return std::make_unique<State>(threads);
}

void ThreadPool::State::give_back(std::unique_ptr<State> state) {
  idle_states<State>().push_back(std::move(state));
}

#else

std::unique_ptr<ThreadPool::State> ThreadPool::State::take(int threads) {
  return std::make_unique<State>(threads);
}

void ThreadPool::State::give_back(std::unique_ptr<State>) {}

#endif

ThreadPool::ThreadPool(int threads) {
  if (threads <= 0) threads = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  state_ = State::take(threads);
}

ThreadPool::~ThreadPool() {
  State::give_back(std::move(state_));
}

int ThreadPool::threads() const {
  return static_cast<int>(state_->workers.size()) + 1;
}

void ThreadPool::run(int count, void (*call)(void*, int, int), void* context) {
  State& s = *state_;
  const bool shared = count > 1 && !s.workers.empty();
  {
    const std::lock_guard lock(s.mutex);
    s.count = count;
    s.call = call;
    s.context = context;
    s.next = 0;
    s.failure = nullptr;
    s.busy = shared ? static_cast<int>(s.workers.size()) : 0;
    if (shared) ++s.generation;
  }
  if (shared) s.work_arrived.notify_all();
  s.take_iterations(0);
  std::unique_lock lock(s.mutex);
  s.work_done.wait(lock, [&] { return s.busy == 0; });
  if (s.failure) std::rethrow_exception(s.failure);
}

}  // namespace portrait_depth
