// What a job tells: how far it is, how long each stage took, what came out of it.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "job_options.hpp"
#include "output_naming.hpp"
#include "portrait_depth/image.hpp"
#include "portrait_depth/progress.hpp"

namespace portrait_depth::cli {

class Report {
 public:
  using ShowProgress = std::function<void(double fraction, const std::string& stage)>;
  explicit Report(ShowProgress show) : show_(std::move(show)) {}

  /// Ends the stage before and begins the next, which leads up to `until` (0..1 of the job). Throws
  /// ErrorCode::stopped after Ctrl-C.
  void stage(const std::string& name, double until);
  /// For the long work of this stage.
  Progress progress();
  /// Books seconds of this stage under another name, as for frames that are rendered and written by turns.
  void move_seconds(const std::string& name, double seconds);
  void finish();

  /// Into facts and text: how large the result is.
  void tell_size(int width, int height);
  /// Into facts: where the person is, in pixels; `scale` brings the box to the photo's own.
  void tell_person(const Box& person, float scale);
  /// One line that the user should know beside the result.
  void note(const std::string& sentence) { facts["notes"].push_back(sentence); }

  std::filesystem::path output;  ///< What the result is called, where not by the job's own name.
  nlohmann::ordered_json facts;  ///< Into the JSON summary.
  std::string text;              ///< What was made, in a few words.

  /// "load 0.12 s, depth 0.05 s"
  std::string times() const;
  nlohmann::ordered_json times_json() const;

 private:
  using Clock = std::chrono::steady_clock;

  ShowProgress show_;
  std::vector<std::pair<std::string, double>> seconds_;
  std::vector<std::pair<std::string, double>> moved_;
  std::string stage_;
  double from_ = 0, until_ = 0;
  Clock::time_point start_;
};

/// Runs the jobs one after the other: one that fails stops no other. Prints errors and their number, the
/// lines or the JSON summary; gives the exit code.
int run_jobs(const std::string& command, const JobOptions& options, const std::vector<Job>& jobs,
             const std::function<void(const Job& job, Report& report)>& work);

}  // namespace portrait_depth::cli
