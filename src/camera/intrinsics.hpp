// Cameras of pictures, and the valid range of their numbers.
#pragma once

#include "portrait_depth/camera.hpp"

namespace portrait_depth {

/// The closed range of valid distances in metres.
inline constexpr float kNearestMetres = 0.05f, kFarthestMetres = 1e6f;

/// A camera with square pixels and the principal point in the picture's center. `focal_length`: in pixels.
Intrinsics centered_camera(int width, int height, float focal_length);

/// The length of a picture's diagonal in pixels.
float picture_diagonal(int width, int height);

/// True for finite numbers above 0.
bool is_positive(float number);
/// Throws ErrorCode::invalid_argument with `name` unless the number is finite and above 0.
void check_positive(float number, const char* name);
/// Throws ErrorCode::invalid_argument unless all numbers are finite, the focal lengths and the size above 0.
void check_intrinsics(const Intrinsics& intrinsics);

}  // namespace portrait_depth
