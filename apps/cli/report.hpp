// A job's progress, the duration of its stages, and its result in words and as JSON.
#pragma once

#include <atomic>
#include <chrono>
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "interrupt.hpp"
#include "job_options.hpp"
#include "output_naming.hpp"
#include "portrait_depth/image.hpp"
#include "portrait_depth/progress.hpp"

namespace portrait_depth::cli {

class Report {
 public:
  using ShowProgress = std::function<void(double fraction, const std::string& stage)>;
  /// The work stops when `stop` becomes true.
  explicit Report(ShowProgress show, const std::atomic<bool>& stop = interrupted())
      : show_(std::move(show)), stop_(stop) {}

  /// Ends the stage before and begins the next, which leads up to `until` (0..1 of the job). Throws
  /// ErrorCode::stopped if the job is to stop.
  void stage(const std::string& name, double until);
  /// For the long work of this stage.
  Progress progress();
  /// Books seconds of this stage under another name, as for frames that are rendered and written by turns.
  void move_seconds(const std::string& name, double seconds);
  void finish();

  /// Adds the result's size to facts and text.
  void tell_size(int width, int height);
  /// Adds the person's box to the facts; `scale` converts it to pixels of the photo.
  void tell_person(const Box& person, float scale);
  /// One line for the user beside the result.
  void note(const std::string& sentence) { notes_.push_back(sentence); }
  const std::vector<std::string>& notes() const { return notes_; }

  std::filesystem::path output;  ///< The result's name if it differs from the job's.
  nlohmann::ordered_json facts;  ///< For the JSON summary only.
  std::string text;              ///< The result in a few words.

  /// "load 0.12 s, depth 0.05 s"
  std::string times() const;
  nlohmann::ordered_json times_json() const;

 private:
  using Clock = std::chrono::steady_clock;

  ShowProgress show_;
  const std::atomic<bool>& stop_;
  std::vector<std::string> notes_;
  std::vector<std::pair<std::string, double>> seconds_;
  std::vector<std::pair<std::string, double>> moved_;
  std::string stage_;
  double from_ = 0, until_ = 0;
  Clock::time_point start_;
};

/// A job and its work.
struct JobRun {
  const Job* job = nullptr;
  std::function<void(Report& report)> work;
};

/// Runs the jobs one after the other; a failed job does not stop the others. Prints errors and their number,
/// the lines or the JSON summary; returns the exit code.
int run_all(const std::string& command, const JobOptions& options, const std::vector<JobRun>& runs);

/// The same with work(job, report) for jobs of any type that derives from Job.
template <class SomeJob, class Work>
int run_jobs(const std::string& command, const JobOptions& options, const std::vector<SomeJob>& jobs,
             const Work& work) {
  std::vector<JobRun> runs;
  runs.reserve(jobs.size());
  for (const SomeJob& job : jobs) runs.push_back({&job, [&](Report& report) { work(job, report); }});
  return run_all(command, options, runs);
}

}  // namespace portrait_depth::cli
