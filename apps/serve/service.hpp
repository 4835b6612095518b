// The service: routes of requests, and the photos' work in the queue.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "access.hpp"
#include "http/server.hpp"
#include "job_options.hpp"
#include "job_queue.hpp"
#include "metrics.hpp"
#include "photo_job.hpp"
#include "site.hpp"

namespace portrait_depth::serve {

struct ServiceOptions {
  QueueOptions queue;
  AccessOptions access;
  cli::JobOptions limits;      ///< Pixels, memory and seconds of a photo.
  std::filesystem::path site;  ///< The folder with the demo; empty: the plain page alone.
  std::uint64_t most_body_bytes = 0;
};

class Service {
 public:
  explicit Service(const ServiceOptions& options);
  ~Service();

  /// For a Server; valid as long as this object.
  http::Handlers handlers();
  /// Rejects new photos from now on.
  void drain() { is_draining_ = true; }
  /// Waits for the photos in work, at most `seconds`; then stops the rest. All are answered. False if work
  /// does not stop.
  bool finish(double seconds);

 private:
  std::optional<http::Answer> check(const http::Request& request) const;
  void handle(const std::shared_ptr<http::Exchange>& exchange);
  void count(const http::Exchange& exchange);
  http::Answer page(const http::Request& request) const;
  http::Answer readiness() const;
  http::Answer full_queue() const;
  void start_job(const Task& task, const std::shared_ptr<http::Exchange>& exchange);
  void run_job(PhotoJob& job, cli::Networks& networks);
  void watch();

  const ServiceOptions options_;
  const Site site_;
  const std::map<std::string, http::Answer> documents_;
  Metrics metrics_;
  std::atomic<bool> is_draining_ = false, has_ended_ = false;
  mutable std::mutex mutex_;
  std::vector<std::shared_ptr<PhotoJob>> jobs_;  ///< Waiting and running.
  std::unique_ptr<JobQueue> queue_;
  std::thread watcher_;
};

}  // namespace portrait_depth::serve
