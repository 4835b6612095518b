// A job's progress, the duration of its stages, and the facts of its result.
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

  std::filesystem::path output;                   ///< The result's name if it differs from the job's.
  std::vector<std::filesystem::path> more_files;  ///< Files of the result beside the output.
  nlohmann::ordered_json facts;                   ///< For the JSON summary only.
  std::string text;                               ///< The result in a few words.

  /// "load 0.12 s, depth 0.05 s"
  std::string times() const;
  nlohmann::ordered_json times_json() const;
  /// Of all finished stages together.
  double seconds() const;

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

}  // namespace portrait_depth::cli
