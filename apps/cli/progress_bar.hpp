// One line on the terminal: the finished share of the work and the time left.
#pragma once

#include <chrono>
#include <string>

namespace portrait_depth::cli {

class ProgressBar {
 public:
  /// Draws on standard error if that is a terminal and `enabled`.
  explicit ProgressBar(bool enabled);
  ~ProgressBar() { clear(); }
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  /// fraction: 0..1 of all the work.
  void show(double fraction, const std::string& label);
  /// Removes the line, so that other text can be printed.
  void clear();

 private:
  using Clock = std::chrono::steady_clock;

  bool enabled_, drawn_ = false;
  Clock::time_point start_ = Clock::now(), last_drawn_;
};

/// `[=======>            ]  38 %  0:12 left  portrait.jpg: render`, at most `columns` wide. `seconds_left` <
/// 0: unknown.
std::string progress_line(double fraction, double seconds_left, const std::string& label, int columns);

}  // namespace portrait_depth::cli
