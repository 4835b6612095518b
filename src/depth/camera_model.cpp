#include "depth/camera_model.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace portrait_depth {
namespace {

constexpr float kAssumedDepthInWidths = 0.5f;

void check_positive(float value, const char* what) {
  if (!std::isfinite(value) || value <= 0)
    throw Error(ErrorCode::invalid_argument, std::string(what) + " must be a positive number");
}

/// The value below which `share` of the person's values lie; `person` is put out of order.
float quantile(std::vector<float>& person, float share) {
  const auto nth =
      person.begin() + static_cast<std::ptrdiff_t>(share * static_cast<float>(person.size() - 1));
  std::nth_element(person.begin(), nth, person.end());
  return *nth;
}

void gather_person(std::span<const float> values, std::span<const float> mask, std::vector<float>& person) {
  person.clear();
  person.reserve(values.size());
  for (std::size_t i = 0; i < values.size(); ++i)
    if (mask[i] >= kPersonMask && std::isfinite(values[i])) person.push_back(values[i]);
  if (person.empty()) throw silent_network();
}

}  // namespace

Error silent_network() {
  return {ErrorCode::no_person, "the depth network says nothing about the person; take another one"};
}

void check_limits(float min_depth, float max_depth) {
  if (!std::isfinite(min_depth) || !std::isfinite(max_depth))
    throw Error(ErrorCode::invalid_argument,
                "An estimation config with minDepth and maxDepth set must be provided.");
  if (min_depth > max_depth) throw Error(ErrorCode::invalid_argument, "minDepth must be <= maxDepth.");
}

ReliefScale relief_scale(float crop_width_metres, float crop_width, const Intrinsics& intrinsics,
                         std::optional<float> head_metres) {
  check_intrinsics(intrinsics);
  if (head_metres) check_positive(*head_metres, "the head's distance");
  if (head_metres && *head_metres > kFarthestMetres)
    throw Error(ErrorCode::invalid_argument, "the head's distance must be at most 1000000 metres");
  if (!head_metres) check_positive(crop_width_metres, "the crop's width, which the network estimates,");
  const float estimated = crop_width_metres * intrinsics.fx / crop_width;
  const float head = std::clamp(head_metres.value_or(estimated), kNearestMetres, kFarthestMetres);
  const float metres_per_relief = head * crop_width / intrinsics.fx;
  if (!std::isfinite(metres_per_relief))
    throw Error(ErrorCode::invalid_argument, "the focal length is too short; give that of the picture");
  return {head, metres_per_relief};
}

void relief_from_depth(std::span<float> depth, std::span<const float> mask, float focal_per_width,
                       std::vector<float>& scratch) {
  gather_person(depth, mask, scratch);
  const float median = quantile(scratch, 0.5f);
  check_positive(median, "the person's depth, which the network estimates,");
  for (float& value : depth) value = (value / median - 1.0f) * focal_per_width;
}

void relief_from_disparity(std::span<float> disparity, std::span<const float> mask,
                           std::vector<float>& scratch) {
  gather_person(disparity, mask, scratch);
  const float far = quantile(scratch, 0.05f), median = quantile(scratch, 0.5f),
              near = quantile(scratch, 0.95f);
  const float range = std::max(near - far, 1e-6f);
  for (float& value : disparity) value = (median - value) / range * kAssumedDepthInWidths;
}

}  // namespace portrait_depth
