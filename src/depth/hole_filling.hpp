// Fills pixels without a measurement smoothly from the measured ones around them.
#pragma once

#include <span>
#include <vector>

namespace portrait_depth {

/// Fills a plane by pull and push: where `weights` (0..1) is below 1, a value is mixed with the weighted mean
/// of its surroundings, as wide as needed. Keeps its work memory.
class HoleFiller {
 public:
  /// `values` and `weights`: width x height. Returns without a change if all weights are 0.
  void fill(std::span<float> values, std::span<const float> weights, int width, int height);

 private:
  struct Level {
    int width = 0, height = 0;
    std::vector<float> values, weights;
  };
  void pull(std::span<const float> values, std::span<const float> weights, int width, int height,
            Level& coarse);
  /// Mixes the interpolated coarse level into the fine one by the missing weight.
  void push(std::span<float> values, std::span<const float> weights, int width, int height,
            const Level& coarse);

  std::vector<Level> levels_;
  std::vector<float> row_;  ///< Of the coarse level, between two of its rows.
};

}  // namespace portrait_depth
