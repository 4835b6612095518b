#include "progress_bar.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <iostream>

#include "library_messages.hpp"

namespace portrait_depth::cli {
namespace {

constexpr auto kShortestPause = std::chrono::milliseconds(50);
constexpr double kFractionToTrust = 0.03;  // below it, estimates of the time left vary too much
constexpr int kBarWidth = 24, kUsualColumns = 80;

int terminal_columns() {
  winsize size = {};
  return ::ioctl(message_descriptor(), TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col
                                                                                  : kUsualColumns;
}

// Of the UTF-8 character that the byte `at` belongs to.
std::size_t start_of_character(const std::string& text, std::size_t at) {
  while (at > 0 && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) --at;
  return at;
}

}  // namespace

std::string progress_line(double fraction, double seconds_left, const std::string& label, int columns) {
  const int filled = static_cast<int>(std::clamp(fraction, 0.0, 1.0) * kBarWidth);
  std::string bar(static_cast<std::size_t>(filled), '=');
  if (filled < kBarWidth) bar += '>';
  bar.resize(kBarWidth, ' ');
  std::array<char, 64> numbers = {};
  const long whole_seconds = std::lround(std::ceil(seconds_left));
  if (seconds_left >= 0)
    std::snprintf(numbers.data(), numbers.size(), "%3.0f %%  %ld:%02ld left", fraction * 100,
                  whole_seconds / 60, whole_seconds % 60);
  else
    std::snprintf(numbers.data(), numbers.size(), "%3.0f %%", fraction * 100);
  std::string line = "[" + bar + "] " + numbers.data() + "  " + label;
  const auto room = static_cast<std::size_t>(std::max(0, columns - 1));
  if (line.size() > room) line.resize(start_of_character(line, room));
  return line;
}

ProgressBar::ProgressBar(bool enabled) : enabled_(enabled && ::isatty(message_descriptor()) == 1) {}

void ProgressBar::show(double fraction, const std::string& label) {
  const auto now = Clock::now();
  if (!enabled_ || (drawn_ && now - last_drawn_ < kShortestPause)) return;
  const double elapsed = std::chrono::duration<double>(now - start_).count();
  const double left = fraction > kFractionToTrust ? elapsed * (1 - fraction) / fraction : -1;
  std::cerr << "\r\033[K" << progress_line(fraction, left, label, terminal_columns()) << std::flush;
  drawn_ = true;
  last_drawn_ = now;
}

void ProgressBar::clear() {
  if (drawn_) std::cerr << "\r\033[K" << std::flush;
  drawn_ = false;
}

}  // namespace portrait_depth::cli
