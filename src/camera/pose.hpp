// Checks and axes of a virtual camera's pose.
#pragma once

#include <array>

#include "portrait_depth/camera_path.hpp"

namespace portrait_depth {

/// Throws ErrorCode::invalid_argument unless all numbers are finite and the zoom is above 0.
void check_pose(const CameraPose& pose);

/// The rows of the rotation into the camera's own space: right, down and forward, unit vectors. A camera with
/// look_at at its own position looks along z. If up is zero or parallel to the view, the photo's up replaces
/// it; if that is parallel too, right is the photo's.
std::array<Vec3, 3> camera_axes(const CameraPose& pose);

}  // namespace portrait_depth
