// A depth map that comes with a photo, between JavaScript and the core.
#pragma once

#include "portrait_depth/given_depth.hpp"
#include "portrait_depth_core.h"

namespace portrait_depth::wasm {

/// A copy. Holes become NaN.
GivenDepth given_depth_from(const pd_given_depth& given);

}  // namespace portrait_depth::wasm
