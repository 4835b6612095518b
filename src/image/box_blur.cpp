#include "image/box_blur.hpp"

#include <algorithm>
#include <vector>

namespace portrait_depth {
namespace {

void blur_line(std::vector<Rgb>& line, std::vector<Rgb>& scratch, int radius, int passes) {
  const int length = static_cast<int>(line.size());
  const auto at = [&](int i) -> const Rgb& {
    return line[static_cast<std::size_t>(std::clamp(i, 0, length - 1))];
  };
  for (int pass = 0; pass < passes; ++pass) {
    for (std::size_t c = 0; c < 3; ++c) {
      double sum = 0;
      for (int i = -radius; i <= radius; ++i) sum += at(i)[c];
      for (int i = 0; i < length; ++i) {
        scratch[static_cast<std::size_t>(i)][c] = static_cast<float>(sum / (2 * radius + 1));
        sum += at(i + radius + 1)[c] - at(i - radius)[c];
      }
    }
    line.swap(scratch);
  }
}

}  // namespace

void box_blur(Plane<Rgb>& values, int radius, int passes, ThreadPool& threads) {
  const auto blur_lines = [&](int count, int length, auto&& at) {
    threads.parallel_for(count, [&](int index, int) {
      std::vector<Rgb> line(static_cast<std::size_t>(length)), scratch(line.size());
      for (int i = 0; i < length; ++i) line[static_cast<std::size_t>(i)] = at(index, i);
      blur_line(line, scratch, radius, passes);
      for (int i = 0; i < length; ++i) at(index, i) = line[static_cast<std::size_t>(i)];
    });
  };
  blur_lines(values.height(), values.width(), [&](int y, int x) -> Rgb& { return values(x, y); });
  blur_lines(values.width(), values.height(), [&](int x, int y) -> Rgb& { return values(x, y); });
}

}  // namespace portrait_depth
