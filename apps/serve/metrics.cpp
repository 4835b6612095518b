#include "metrics.hpp"

#include <unistd.h>

#include <fstream>

#include "portrait_depth/version.hpp"
#include "text/number_text.hpp"

namespace portrait_depth::serve {
namespace {

void add_to(auto& histogram, const auto& bounds, double seconds) {
  for (std::size_t i = 0; i < bounds.size(); ++i) histogram.counts[i] += seconds <= bounds[i] ? 1 : 0;
  ++histogram.count;
  histogram.seconds += seconds;
}

std::string head(const std::string& name, const char* type, const char* help) {
  return "# HELP " + name + " " + help + "\n# TYPE " + name + " " + type + "\n";
}

std::string gauge(const std::string& name, const char* help, double value) {
  return head(name, "gauge", help) + name + " " + number_text(value) + "\n";
}

std::string histograms(const std::string& name, const char* help, const char* label, const auto& all,
                       const auto& bounds) {
  std::string text = head(name, "histogram", help);
  for (const auto& [key, histogram] : all) {
    const std::string labels = std::string(label) + "=\"" + key + "\"";
    for (std::size_t i = 0; i < bounds.size(); ++i)
      text += name + "_bucket{" + labels + ",le=\"" + number_text(bounds[i]) + "\"} " +
              std::to_string(histogram.counts[i]) + "\n";
    text += name + "_bucket{" + labels + ",le=\"+Inf\"} " + std::to_string(histogram.count) + "\n";
    text += name + "_sum{" + labels + "} " + number_text(histogram.seconds) + "\n";
    text += name + "_count{" + labels + "} " + std::to_string(histogram.count) + "\n";
  }
  return text;
}

double resident_bytes() {
  std::ifstream statm("/proc/self/statm");
  double total = 0, resident = 0;
  statm >> total >> resident;
  return resident * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

}  // namespace

void Metrics::count_request(const std::string& path, int status, double seconds) {
  const std::lock_guard lock(mutex_);
  ++requests_[{path, status}];
  add_to(request_seconds_[path], kBounds, seconds);
}

void Metrics::count_job(const std::string& task, double seconds) {
  const std::lock_guard lock(mutex_);
  add_to(job_seconds_[task], kBounds, seconds);
}

double Metrics::mean_job_seconds() const {
  const std::lock_guard lock(mutex_);
  double seconds = 0;
  std::uint64_t count = 0;
  for (const auto& [task, histogram] : job_seconds_) {
    seconds += histogram.seconds;
    count += histogram.count;
  }
  return count == 0 ? 1 : seconds / static_cast<double>(count);
}

std::string Metrics::text(const Now& now) const {
  const std::lock_guard lock(mutex_);
  std::string text = head("portrait_depth_info", "gauge", "The version.") + "portrait_depth_info{version=\"" +
                     PORTRAIT_DEPTH_VERSION + "\"} 1\n";
  text += head("portrait_depth_requests_total", "counter", "Finished requests.");
  for (const auto& [key, count] : requests_)
    text += "portrait_depth_requests_total{path=\"" + key.first + "\",status=\"" +
            std::to_string(key.second) + "\"} " + std::to_string(count) + "\n";
  text += histograms("portrait_depth_request_seconds", "Time of a request, with waiting and sending.", "path",
                     request_seconds_, kBounds);
  text += histograms("portrait_depth_job_seconds", "Time of the work for a photo.", "task", job_seconds_,
                     kBounds);
  text += gauge("portrait_depth_queue_waiting", "Photos that wait.", static_cast<double>(now.waiting));
  text += gauge("portrait_depth_queue_limit", "Photos that may wait.", static_cast<double>(now.most_waiting));
  text += gauge("portrait_depth_workers", "Photos that can be processed at once.",
                static_cast<double>(now.workers));
  text +=
      gauge("portrait_depth_workers_busy", "Photos that are processed.", static_cast<double>(now.running));
  text += gauge("process_resident_memory_bytes", "Resident memory in bytes.", resident_bytes());
  return text;
}

}  // namespace portrait_depth::serve
