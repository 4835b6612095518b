// A color while it is worked on; whether it is linear light or sRGB values, its holder knows.
#pragma once

#include <array>

namespace portrait_depth {

using Rgb = std::array<float, 3>;

}  // namespace portrait_depth
