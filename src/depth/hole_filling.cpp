// This work is based on: Steven Gortler, Radek Grzeszczuk, Richard Szeliski, Michael Cohen, "The Lumigraph",
// SIGGRAPH 1996, section 3.4 (pull-push).
#include "depth/hole_filling.hpp"

#include <algorithm>

namespace portrait_depth {
namespace {

/// The two coarse values around a fine one, and the share of the second one.
struct Neighbors {
  int first, second;
  float share;
};

Neighbors neighbors_of(int fine, int coarse_count) {
  const float at = (static_cast<float>(fine) - 0.5f) / 2;
  const int first = std::clamp(static_cast<int>(at), 0, coarse_count - 1);
  return {first, std::min(first + 1, coarse_count - 1),
          std::clamp(at - static_cast<float>(first), 0.0f, 1.0f)};
}

float mixed(float a, float b, float share) {
  return a + share * (b - a);
}

}  // namespace

void HoleFiller::push(std::span<float> values, std::span<const float> weights, int width, int height,
                      const Level& coarse) {
  row_.resize(static_cast<std::size_t>(coarse.width));
  for (int y = 0; y < height; ++y) {
    const Neighbors rows = neighbors_of(y, coarse.height);
    const float* const upper = coarse.values.data() + static_cast<std::ptrdiff_t>(rows.first) * coarse.width;
    const float* const lower = coarse.values.data() + static_cast<std::ptrdiff_t>(rows.second) * coarse.width;
    for (std::size_t x = 0; x < row_.size(); ++x) row_[x] = mixed(upper[x], lower[x], rows.share);
    float* const fine = values.data() + static_cast<std::ptrdiff_t>(y) * width;
    const float* const weight = weights.data() + static_cast<std::ptrdiff_t>(y) * width;
    const auto fill = [&](int x, int first, int second, float share) {
      if (weight[x] >= 1.0f) return;
      const float around =
          mixed(row_[static_cast<std::size_t>(first)], row_[static_cast<std::size_t>(second)], share);
      fine[x] = weight[x] > 0 ? mixed(around, fine[x], weight[x]) : around;
    };
    const auto fill_at_border = [&](int x) {
      const Neighbors columns = neighbors_of(x, coarse.width);
      fill(x, columns.first, columns.second, columns.share);
    };
    // Between the borders, a coarse value lies a quarter of its width beside each of its two fine ones.
    fill_at_border(0);
    int x = 1;
    for (; x + 2 < width; x += 2) {
      fill(x, x / 2, x / 2 + 1, 0.25f);
      fill(x + 1, x / 2, x / 2 + 1, 0.75f);
    }
    for (; x < width; ++x) fill_at_border(x);
  }
}

void HoleFiller::pull(std::span<const float> values, std::span<const float> weights, int width, int height,
                      Level& coarse) {
  coarse.width = (width + 1) / 2;
  coarse.height = (height + 1) / 2;
  const auto size = static_cast<std::size_t>(coarse.width) * static_cast<std::size_t>(coarse.height);
  coarse.values.resize(size);
  coarse.weights.resize(size);
  for (int y = 0; y < coarse.height; ++y)
    for (int x = 0; x < coarse.width; ++x) {
      float sum = 0, weight = 0;
      for (int fine_y = 2 * y; fine_y < std::min(2 * y + 2, height); ++fine_y)
        for (int fine_x = 2 * x; fine_x < std::min(2 * x + 2, width); ++fine_x) {
          const auto i = static_cast<std::size_t>(fine_y) * static_cast<std::size_t>(width) +
                         static_cast<std::size_t>(fine_x);
          if (weights[i] <= 0) continue;  // such a value may be NaN
          sum += weights[i] * values[i];
          weight += weights[i];
        }
      const auto i =
          static_cast<std::size_t>(y) * static_cast<std::size_t>(coarse.width) + static_cast<std::size_t>(x);
      coarse.values[i] = weight > 0 ? sum / weight : 0.0f;
      coarse.weights[i] = std::min(weight, 1.0f);
    }
}

void HoleFiller::fill(std::span<float> values, std::span<const float> weights, int width, int height) {
  if (std::none_of(weights.begin(), weights.end(), [](float weight) { return weight > 0; })) return;
  std::size_t count = 0;
  for (int longest = std::max(width, height); longest > 1; longest = (longest + 1) / 2) ++count;
  if (levels_.size() < count) levels_.resize(count);
  for (std::size_t i = 0; i < count; ++i)
    if (i == 0)
      pull(values, weights, width, height, levels_[i]);
    else
      pull(levels_[i - 1].values, levels_[i - 1].weights, levels_[i - 1].width, levels_[i - 1].height,
           levels_[i]);
  for (std::size_t i = count; i-- > 0;) {
    const Level& coarse = levels_[i];
    if (i == 0)
      push(values, weights, width, height, coarse);
    else
      push(levels_[i - 1].values, levels_[i - 1].weights, levels_[i - 1].width, levels_[i - 1].height,
           coarse);
  }
}

}  // namespace portrait_depth
