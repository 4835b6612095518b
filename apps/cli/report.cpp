#include "report.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <numeric>

#include "interrupt.hpp"

namespace portrait_depth::cli {
namespace {

std::string seconds_text(double seconds) {
  std::array<char, 32> text = {};
  std::snprintf(text.data(), text.size(), "%.2f s", seconds);
  return text.data();
}

}  // namespace

void Report::stage(const std::string& name, double until) {
  finish();
  Progress{.report = {}, .stop = &stop_}.at(0);
  stage_ = name;
  from_ = until_;
  until_ = until;
  start_ = Clock::now();
  show_(from_, stage_);
}

Progress Report::progress() {
  return {.report = [this](double fraction) { show_(from_ + (until_ - from_) * fraction, stage_); },
          .stop = &stop_};
}

void Report::move_seconds(const std::string& name, double seconds) {
  moved_.emplace_back(name, seconds);
}

void Report::tell_size(int width, int height) {
  facts["width"] = width;
  facts["height"] = height;
  text = std::to_string(width) + " x " + std::to_string(height);
}

void Report::tell_person(const Box& person, float scale) {
  const auto pixels = [scale](float value) { return std::round(value * scale); };
  facts["person"] = {{"x", pixels(person.x)},
                     {"y", pixels(person.y)},
                     {"width", pixels(person.width)},
                     {"height", pixels(person.height)}};
}

void Report::finish() {
  if (stage_.empty()) return;
  double seconds = std::chrono::duration<double>(Clock::now() - start_).count();
  for (const auto& moved : moved_) seconds -= moved.second;
  seconds_.emplace_back(stage_, std::max(0.0, seconds));
  seconds_.insert(seconds_.end(), moved_.begin(), moved_.end());
  moved_.clear();
  stage_.clear();
}

std::string Report::times() const {
  std::string line;
  for (const auto& [name, seconds] : seconds_)
    line.append(line.empty() ? "" : ", ").append(name).append(" ").append(seconds_text(seconds));
  return line;
}

nlohmann::ordered_json Report::times_json() const {
  nlohmann::ordered_json times = nlohmann::ordered_json::object();
  for (const auto& [name, seconds] : seconds_) times[name] = seconds;
  return times;
}

double Report::seconds() const {
  return std::accumulate(seconds_.begin(), seconds_.end(), 0.0,
                         [](double sum, const auto& stage) { return sum + stage.second; });
}

}  // namespace portrait_depth::cli
