#include "job_queue.hpp"

#include <utility>

namespace portrait_depth::serve {

JobQueue::JobQueue(const QueueOptions& options, Job prepare)
    : most_waiting_(options.most_waiting), workers_(static_cast<std::size_t>(options.workers)) {
  for (std::size_t i = 0; i < workers_; ++i)
    threads_.emplace_back([this, options, prepare] { work(options, prepare); });
}

JobQueue::~JobQueue() {
  {
    const std::lock_guard lock(mutex_);
    has_ended_ = true;
    jobs_.clear();
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

bool JobQueue::push(Job job) {
  {
    const std::lock_guard lock(mutex_);
    if (is_full_locked()) return false;
    jobs_.push_back(std::move(job));
  }
  changed_.notify_one();
  return true;
}

bool JobQueue::is_full() const {
  const std::lock_guard lock(mutex_);
  return is_full_locked();
}

// A free worker takes its job at once.
bool JobQueue::is_full_locked() const {
  return jobs_.size() >= most_waiting_ + (workers_ - running_);
}

std::size_t JobQueue::waiting() const {
  const std::lock_guard lock(mutex_);
  return jobs_.size();
}

std::size_t JobQueue::running() const {
  const std::lock_guard lock(mutex_);
  return running_;
}

bool JobQueue::is_ready() const {
  const std::lock_guard lock(mutex_);
  return ready_ == workers_;
}

void JobQueue::work(const QueueOptions& options, const Job& prepare) {
  cli::Networks networks(options.networks, options.threads);
  prepare(networks);
  std::unique_lock lock(mutex_);
  ++ready_;
  for (;;) {
    changed_.wait(lock, [this] { return has_ended_ || !jobs_.empty(); });
    if (has_ended_) return;
    {
      const Job job = std::move(jobs_.front());
      jobs_.pop_front();
      ++running_;
      lock.unlock();
      job(networks);
    }
    lock.lock();
    --running_;
  }
}

}  // namespace portrait_depth::serve
