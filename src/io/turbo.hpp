// The color map Turbo.
#pragma once

#include <array>
#include <cstdint>

namespace portrait_depth::io {

/// sRGB of 0 (dark blue) … 1 (dark red); values outside are clamped, NaN counts as 0.
std::array<std::uint8_t, 3> turbo(float value);

}  // namespace portrait_depth::io
