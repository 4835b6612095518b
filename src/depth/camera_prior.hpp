// The camera of a picture that comes without one: see "Camera and distance" in docs/design.md.
#pragma once

#include <optional>

#include "portrait_depth/camera.hpp"

namespace portrait_depth {

/// The likeliest distance of the head in metres, by the prior over distance and view. `diagonal_metres`: the
/// length of the picture's diagonal at the head's distance, finite and above 0.
float likely_head_metres(float diagonal_metres);

/// The camera that shows `crop_width` pixels as `crop_width_metres` at the head's distance. The distance is
/// `head_metres`, or likely_head_metres() if it is unknown. The principal point is the picture's center.
/// Throws ErrorCode::invalid_argument if the widths are not finite and above 0, or the focal length is not.
Intrinsics likely_camera(int width, int height, float crop_width, float crop_width_metres,
                         std::optional<float> head_metres);

}  // namespace portrait_depth
