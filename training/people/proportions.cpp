#include "proportions.hpp"

#include <cmath>

#include "body.hpp"
#include "portrait.hpp"

namespace portrait_depth::people {
namespace {

class Moments {
 public:
  void add(float value) {
    const double apart = value - mean_;
    mean_ += apart / static_cast<double>(++count_);
    squares_ += apart * (value - mean_);
  }
  float mean() const { return static_cast<float>(mean_); }
  float deviation() const {
    return count_ == 0 ? 0 : static_cast<float>(std::sqrt(squares_ / static_cast<double>(count_)));
  }
  std::uint64_t count() const { return count_; }

 private:
  double mean_ = 0, squares_ = 0;
  std::uint64_t count_ = 0;
};

}  // namespace

NoseHeights nose_heights(const Landmarks& landmarks, const std::vector<Vec3>& positions) {
  const Vec3 left = positions[landmarks.eye_corner[0]], right = positions[landmarks.eye_corner[1]];
  const Vec3 across = left - right;
  const Vec3 normal = normalized(cross(positions[landmarks.chin_front] - right, across));
  const auto height = [&](std::uint32_t vertex) {
    return dot(positions[vertex] - right, normal) / length(across);
  };
  return {height(landmarks.nose_tip), height(landmarks.nose_bridge)};
}

NoseStatistics measure_noses(const Catalog& catalog, Split split, std::uint64_t seed, std::uint64_t count,
                             float youngest) {
  Moments tip, bridge;
  for (std::uint64_t i = 0; i < count; ++i) {
    Traits traits = choose_traits(Random(person_seed(seed, split, i)), catalog, split);
    if (traits.macro.age < youngest) continue;
    traits.expression.clear();
    const NoseHeights heights = nose_heights(catalog.landmarks, shape_body(catalog, traits).rest);
    tip.add(heights.tip);
    bridge.add(heights.bridge);
  }
  return {tip.count(), {tip.mean(), bridge.mean()}, {tip.deviation(), bridge.deviation()}};
}

}  // namespace portrait_depth::people
