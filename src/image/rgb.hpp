// A color in float: linear light or sRGB values, as its user documents.
#pragma once

#include <array>

namespace portrait_depth {

using Rgb = std::array<float, 3>;

}  // namespace portrait_depth
