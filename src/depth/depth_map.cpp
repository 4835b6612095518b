#include <algorithm>
#include <cmath>

#include "depth/camera_model.hpp"
#include "depth/no_depth.hpp"
#include "depth/person_values.hpp"
#include "depth/surface_normals.hpp"
#include "portrait_depth/depth.hpp"

namespace portrait_depth {
namespace {

// limits_of_person: users of the API treat values up to 0.1 as no surface, so the person's nearest place
// becomes 0.1.
constexpr float kNearestValue = 0.1f;
/// Share of the person's pixels at each end that limits_of_person leaves out.
constexpr float kOutliers = 0.002f;
/// A flat person gets limits that are this far apart.
constexpr float kLeastRawRange = 1e-4f;

/// A pixel's value 0..1. Without branches, so that compilers vectorize loops over it.
float value_of(float metres, float mask, DepthLimits limits) {
  const float range = limits.max_depth - limits.min_depth, above = metres / 2 - limits.min_depth;
  // Limits that coincide: the value is a comparison with them.
  const float value = range > 0 ? std::clamp(above / range, 0.0f, 1.0f) : (above > 0 ? 1.0f : 0.0f);
  return mask >= kPersonMask ? value : 0.0f;
}

}  // namespace

DepthMap::DepthMap(Plane<float> metres, Plane<float> mask, const Intrinsics& intrinsics, float min_depth,
                   float max_depth, float head_distance_metres)
    : metres_(std::move(metres)),
      mask_(std::move(mask)),
      intrinsics_(intrinsics),
      limits_{min_depth, max_depth},
      head_distance_metres_(head_distance_metres) {
  if (metres_.width() != mask_.width() || metres_.height() != mask_.height())
    throw Error(ErrorCode::invalid_argument, "metres and mask differ in size");
  check_limits(min_depth, max_depth);
  for (std::size_t i = 0; i < metres_.values().size(); ++i) {
    float& value = metres_.values()[i];
    if (!(mask_.values()[i] > 0))
      value = kNoDepth;
    else if (!std::isfinite(value) || value <= 0)
      throw Error(ErrorCode::invalid_argument,
                  "metres must be finite and above 0 wherever the mask is above 0");
  }
  if (!std::isfinite(head_distance_metres_)) head_distance_metres_ = person_median(metres_, mask_, 0);
}

float DepthMap::value(int x, int y) const {
  return value_of(metres_(x, y), mask_(x, y), limits_);
}

void DepthMap::set_limits(DepthLimits limits) {
  check_limits(limits.min_depth, limits.max_depth);
  limits_ = limits;
}

DepthLimits DepthMap::limits_of_person() const {
  std::vector<float> metres;
  gather_person_values(metres_, mask_, metres);
  if (metres.empty()) return {0.0f, 1.0f};
  const float nearest = quantile(metres, kOutliers) / 2;
  const float farthest = std::max(quantile(metres, 1 - kOutliers) / 2, nearest + kLeastRawRange);
  return {nearest - (farthest - nearest) * kNearestValue / (1 - kNearestValue), farthest};
}

void DepthMap::to_array(std::span<float> values) const {
  if (values.size() != metres_.values().size())
    throw Error(ErrorCode::invalid_argument, "the array must hold one value a pixel");
  const std::span<const float> metres = metres_.values(), mask = mask_.values();
  const DepthLimits limits = limits_;
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = value_of(metres[i], mask[i], limits);
}

std::vector<float> DepthMap::to_array() const {
  std::vector<float> values(metres_.values().size());
  to_array(values);
  return values;
}

Tensor2D DepthMap::to_tensor() const {
  return {to_array(), height(), width()};
}

Image DepthMap::to_image() const {
  Image image(width(), height(), 4);
  for (int y = 0; y < height(); ++y)
    for (int x = 0; x < width(); ++x) {
      std::uint8_t* const pixel = image.pixel(x, y);
      pixel[0] = static_cast<std::uint8_t>(std::lround(value(x, y) * 255));
      pixel[1] = pixel[2] = 0;
      pixel[3] = 255;
    }
  return image;
}

Plane<Vec3> DepthMap::normals() const {
  return surface_normals(metres_, mask_, intrinsics_);
}

}  // namespace portrait_depth
