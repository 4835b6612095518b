#pragma once

#include <limits>

namespace portrait_depth {

/// The value of a depth map where the depth is unknown.
inline constexpr float kNoDepth = std::numeric_limits<float>::quiet_NaN();

}  // namespace portrait_depth
