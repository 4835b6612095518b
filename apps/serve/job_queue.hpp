// A bounded queue of work, and the threads that do it. Each thread has its own networks.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "networks.hpp"

namespace portrait_depth::serve {

struct QueueOptions {
  int workers = 1;  ///< At least 1.
  int threads = 1;  ///< Of each worker's networks.
  std::size_t most_waiting = 16;
  cli::NetworkOptions networks = {};
};

class JobQueue {
 public:
  using Job = std::function<void(cli::Networks& networks)>;

  /// Each worker calls `prepare` with its networks before its first job.
  JobQueue(const QueueOptions& options, Job prepare);
  /// Waits for the running jobs; those that still wait are not run.
  ~JobQueue();
  JobQueue(const JobQueue&) = delete;
  JobQueue& operator=(const JobQueue&) = delete;

  /// False if the queue is full. The job throws nothing.
  bool push(Job job);
  /// True if push() would refuse a job at this moment.
  bool is_full() const;
  std::size_t waiting() const;
  std::size_t running() const;
  /// All workers have prepared their networks.
  bool is_ready() const;

 private:
  bool is_full_locked() const;
  void work(const QueueOptions& options, const Job& prepare);

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Job> jobs_;
  std::size_t most_waiting_, running_ = 0, workers_, ready_ = 0;
  bool has_ended_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace portrait_depth::serve
