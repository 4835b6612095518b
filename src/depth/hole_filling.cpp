// This work is based on: Steven Gortler, Radek Grzeszczuk, Richard Szeliski, Michael Cohen, "The Lumigraph",
// SIGGRAPH 1996, section 3.4 (pull-push).
#include "depth/hole_filling.hpp"

#include <algorithm>

namespace portrait_depth {
namespace {

/// Mixes the interpolated coarse level into the fine one by the missing weight.
void push(std::span<float> values, std::span<const float> weights, int width, int height,
          std::span<const float> coarse, int coarse_width, int coarse_height) {
  for (int y = 0; y < height; ++y) {
    const float at_y = (static_cast<float>(y) - 0.5f) / 2;
    const int upper = std::clamp(static_cast<int>(at_y), 0, coarse_height - 1);
    const int lower = std::min(upper + 1, coarse_height - 1);
    const float share_y = std::clamp(at_y - static_cast<float>(upper), 0.0f, 1.0f);
    const float* const upper_row = coarse.data() + static_cast<std::ptrdiff_t>(upper) * coarse_width;
    const float* const lower_row = coarse.data() + static_cast<std::ptrdiff_t>(lower) * coarse_width;
    for (int x = 0; x < width; ++x) {
      const auto i =
          static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x);
      if (weights[i] >= 1.0f) continue;
      const float at_x = (static_cast<float>(x) - 0.5f) / 2;
      const int left = std::clamp(static_cast<int>(at_x), 0, coarse_width - 1);
      const int right = std::min(left + 1, coarse_width - 1);
      const float share_x = std::clamp(at_x - static_cast<float>(left), 0.0f, 1.0f);
      const float above = upper_row[left] + share_x * (upper_row[right] - upper_row[left]);
      const float below = lower_row[left] + share_x * (lower_row[right] - lower_row[left]);
      const float around = above + share_y * (below - above);
      values[i] = weights[i] > 0 ? around + weights[i] * (values[i] - around) : around;
    }
  }
}

}  // namespace

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
      push(values, weights, width, height, coarse.values, coarse.width, coarse.height);
    else
      push(levels_[i - 1].values, levels_[i - 1].weights, levels_[i - 1].width, levels_[i - 1].height,
           coarse.values, coarse.width, coarse.height);
  }
}

}  // namespace portrait_depth
