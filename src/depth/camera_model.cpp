#include "depth/camera_model.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "depth/person_values.hpp"

namespace portrait_depth {
namespace {

constexpr float kAssumedDepthInWidths = 0.5f;

/// The person's values of a network's output, for its quantiles.
void gather_person(std::span<const float> values, std::span<const float> mask, std::vector<float>& person) {
  const auto as_row = [](std::span<const float> row) {
    return PlaneView<const float>(row.data(), static_cast<int>(row.size()), 1);
  };
  gather_person_values(as_row(values), as_row(mask), person);
  if (person.empty()) throw no_finite_values();
}

}  // namespace

Error no_finite_values() {
  return {ErrorCode::no_person,
          "the depth network returned no finite values inside the mask; choose another depth network"};
}

void check_limits(float min_depth, float max_depth) {
  if (!std::isfinite(min_depth) || !std::isfinite(max_depth))
    throw Error(ErrorCode::invalid_argument,
                "An estimation config with minDepth and maxDepth set must be provided.");
  if (min_depth > max_depth) throw Error(ErrorCode::invalid_argument, "minDepth must be <= maxDepth.");
}

void check_head_distance(std::optional<float> metres) {
  if (!metres) return;
  check_positive(*metres, "the head's distance");
  if (*metres > kFarthestMetres)
    throw Error(ErrorCode::invalid_argument, "the head's distance must be at most 1000000 metres");
}

ReliefScale relief_scale(float crop_width_metres, float crop_width, const Intrinsics& intrinsics,
                         std::optional<float> head_metres) {
  check_intrinsics(intrinsics);
  check_head_distance(head_metres);
  if (!head_metres) check_positive(crop_width_metres, "the crop's width, which the network estimates,");
  const float estimated = crop_width_metres * intrinsics.fx / crop_width;
  const float head = std::clamp(head_metres.value_or(estimated), kNearestMetres, kFarthestMetres);
  const float metres_per_relief = head * crop_width / intrinsics.fx;
  if (!std::isfinite(metres_per_relief))
    throw Error(ErrorCode::invalid_argument, "the focal length is too short; give that of the picture");
  return {head, metres_per_relief};
}

float depth_of_person(std::span<const float> depth, std::span<const float> mask,
                      std::vector<float>& scratch) {
  gather_person(depth, mask, scratch);
  const float median = quantile(scratch, 0.5f);
  check_positive(median, "the person's depth, which the network estimates,");
  return median;
}

void relief_from_depth(std::span<float> depth, std::span<const float> mask, float focal_per_width,
                       std::vector<float>& scratch) {
  const float median = depth_of_person(depth, mask, scratch);
  for (float& value : depth) value = (value / median - 1.0f) * focal_per_width;
}

void relief_from_disparity(std::span<float> disparity, std::span<const float> mask, float person_width,
                           std::vector<float>& scratch) {
  gather_person(disparity, mask, scratch);
  const float far = quantile(scratch, 0.05f), median = quantile(scratch, 0.5f),
              near = quantile(scratch, 0.95f);
  const float range = std::max(near - far, 1e-6f);
  for (float& value : disparity) value = (median - value) / range * (kAssumedDepthInWidths * person_width);
}

void relief_from_relative(std::span<float> depth, std::span<const float> mask, float person_width,
                          std::vector<float>& scratch) {
  for (float& value : depth) value = -value;
  relief_from_disparity(depth, mask, person_width, scratch);
}

}  // namespace portrait_depth
