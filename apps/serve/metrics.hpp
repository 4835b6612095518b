// Counts of the service, in Prometheus' text format 0.0.4.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <utility>

namespace portrait_depth::serve {

class Metrics {
 public:
  /// `path` is one of the service's own, or "other".
  void count_request(const std::string& path, int status, double seconds);
  /// The mean time of a finished job in seconds; 1 without one.
  double mean_job_seconds() const;
  void count_job(const std::string& task, double seconds);

  struct Now {
    std::size_t waiting = 0, running = 0, workers = 0, most_waiting = 0;
  };
  std::string text(const Now& now) const;

 private:
  static constexpr std::array kBounds = {0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0};
  struct Histogram {
    std::array<std::uint64_t, kBounds.size()> counts = {};
    std::uint64_t count = 0;
    double seconds = 0;
  };
  mutable std::mutex mutex_;
  std::map<std::pair<std::string, int>, std::uint64_t> requests_;
  std::map<std::string, Histogram> request_seconds_, job_seconds_;
};

}  // namespace portrait_depth::serve
