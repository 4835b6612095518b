#include "image/resize.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "image/rgb.hpp"
#include "image/srgb.hpp"

namespace portrait_depth {
namespace {

// The source pixels of a target pixel, and their weights.
struct Taps {
  int first = 0;
  std::vector<float> weights;
};

std::vector<Taps> make_taps(int from, int to) {
  std::vector<Taps> taps(static_cast<std::size_t>(to));
  const float scale = static_cast<float>(from) / static_cast<float>(to),
              half_width = std::max(1.0f, scale) / 2;
  for (int i = 0; i < to; ++i) {
    Taps& tap = taps[static_cast<std::size_t>(i)];
    const float middle = (static_cast<float>(i) + 0.5f) * scale;
    tap.first = std::clamp(static_cast<int>(std::floor(middle - half_width)), 0, from - 1);
    const int last = std::clamp(static_cast<int>(std::ceil(middle + half_width)) - 1, tap.first, from - 1);
    float sum = 0;
    for (int j = tap.first; j <= last; ++j) {
      const float low = std::max(static_cast<float>(j), middle - half_width);
      const float high = std::min(static_cast<float>(j + 1), middle + half_width);
      tap.weights.push_back(std::max(high - low, 0.0f));
      sum += tap.weights.back();
    }
    for (float& weight : tap.weights) weight /= sum;
  }
  return taps;
}

}  // namespace

Image resize_picture(ImageView picture, int width, int height, ThreadPool& threads) {
  const std::vector<Taps> columns = make_taps(picture.width(), width),
                          rows = make_taps(picture.height(), height);
  const auto& linear = linear_from_srgb_table();
  Image result(width, height);
  threads.parallel_for(height, [&](int y, int) {
    const Taps& row = rows[static_cast<std::size_t>(y)];
    std::vector<Rgb> line(static_cast<std::size_t>(picture.width()), {0, 0, 0});
    for (std::size_t j = 0; j < row.weights.size(); ++j) {
      const std::uint8_t* pixel = picture.row(row.first + static_cast<int>(j));
      for (auto& light : line) {
        for (std::size_t c = 0; c < 3; ++c) light[c] += row.weights[j] * linear[pixel[c]];
        pixel += picture.channels();
      }
    }
    for (int x = 0; x < width; ++x) {
      const Taps& column = columns[static_cast<std::size_t>(x)];
      Rgb light = {0, 0, 0};
      for (std::size_t i = 0; i < column.weights.size(); ++i)
        for (std::size_t c = 0; c < 3; ++c)
          light[c] += column.weights[i] * line[static_cast<std::size_t>(column.first) + i][c];
      for (std::size_t c = 0; c < 3; ++c) result.pixel(x, y)[c] = srgb_from_linear(light[c]);
    }
  });
  return result;
}

Plane<float> resize_plane(PlaneView<const float> plane, int width, int height, ThreadPool& threads) {
  const std::vector<Taps> columns = make_taps(plane.width(), width), rows = make_taps(plane.height(), height);
  Plane<float> result(width, height);
  threads.parallel_for(height, [&](int y, int) {
    const Taps& row = rows[static_cast<std::size_t>(y)];
    for (int x = 0; x < width; ++x) {
      const Taps& column = columns[static_cast<std::size_t>(x)];
      float sum = 0, weights = 0;
      for (std::size_t j = 0; j < row.weights.size(); ++j)
        for (std::size_t i = 0; i < column.weights.size(); ++i) {
          const float value = plane(column.first + static_cast<int>(i), row.first + static_cast<int>(j));
          const float weight = row.weights[j] * column.weights[i];
          if (!std::isfinite(value) || !(weight > 0)) continue;
          sum += weight * value;
          weights += weight;
        }
      result(x, y) = weights > 0 ? sum / weights : std::numeric_limits<float>::quiet_NaN();
    }
  });
  return result;
}

}  // namespace portrait_depth
