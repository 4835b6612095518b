// The valid range of a camera's numbers.
#pragma once

#include "portrait_depth/camera.hpp"

namespace portrait_depth {

/// The closed range of valid distances in metres.
inline constexpr float kNearestMetres = 0.05f, kFarthestMetres = 1e6f;

/// Throws ErrorCode::invalid_argument unless all numbers are finite, the focal lengths and the size above 0.
void check_intrinsics(const Intrinsics& intrinsics);

}  // namespace portrait_depth
