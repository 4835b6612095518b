// Checks and axes of a virtual camera's pose.
#pragma once

#include <array>

#include "portrait_depth/camera_path.hpp"

namespace portrait_depth {

/// Throws ErrorCode::invalid_argument unless all numbers are finite and the zoom is above 0.
void check_pose(const CameraPose& pose);

/// The rows of the rotation into the camera's own space: right, down and forward, unit vectors. A camera that
/// looks at its own place looks along z; if up lies along its view or is zero, the photo's up, or its
/// right, takes its place.
std::array<Vec3, 3> camera_axes(const CameraPose& pose);

}  // namespace portrait_depth
