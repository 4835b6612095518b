// From a network's output for a crop to metres: see "The network" in docs/design.md.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "camera/intrinsics.hpp"
#include "portrait_depth/camera.hpp"
#include "portrait_depth/depth.hpp"

namespace portrait_depth {

/// Throws ErrorCode::invalid_argument with the API's words unless both are finite and min_depth <= max_depth.
void check_limits(float min_depth, float max_depth);

/// Throws ErrorCode::invalid_argument unless the distance is unknown, or above 0 and at most kFarthestMetres.
void check_head_distance(std::optional<float> metres);

/// Metres of a relief: head_metres + relief * metres_per_relief.
struct ReliefScale {
  float head_metres = 0;
  float metres_per_relief = 0;
};

/// `crop_width_metres`: the crop's width at the head's distance; `crop_width`: the same in pixels. A known
/// distance of the head replaces the estimated one. Throws ErrorCode::invalid_argument if a number is not
/// finite or not positive, or the known distance is beyond kFarthestMetres.
ReliefScale relief_scale(float crop_width_metres, float crop_width, const Intrinsics& intrinsics,
                         std::optional<float> head_metres);

/// Turns the output of a network of another kind into relief, in place. `mask`: of the same size;
/// only the person's pixels count. The person's median depth is used as the head's distance. `scratch` is
/// work memory that is kept between calls. Depth up to scale: `focal_per_width` is the focal length in widths
/// of the crop.
void relief_from_depth(std::span<float> depth, std::span<const float> mask, float focal_per_width,
                       std::vector<float>& scratch);
/// Inverse depth up to scale and shift. Neither is known, so the person gets a usual depth: half the width of
/// a crop around the person from the nearest to the farthest 5 %. `person_width`: that crop's width in widths
/// of the network's crop.
void relief_from_disparity(std::span<float> disparity, std::span<const float> mask, float person_width,
                           std::vector<float>& scratch);
/// The same for depth up to scale and shift, larger is farther.
void relief_from_relative(std::span<float> depth, std::span<const float> mask, float person_width,
                          std::vector<float>& scratch);

/// The median of a network's depth on the person, above 0. Throws ErrorCode::no_person without finite values
/// there, invalid_argument for a median of 0 or less.
float depth_of_person(std::span<const float> depth, std::span<const float> mask, std::vector<float>& scratch);

/// For networks whose output has no finite value on the person.
Error no_finite_values();

/// The width of a crop around the person for networks without an estimate of it: head and shoulders.
inline constexpr float kAssumedCropWidthMetres = 0.6f;

}  // namespace portrait_depth
