// The sRGB transfer curve (IEC 61966-2-1), from bytes to linear light and back.
#pragma once

#include <array>
#include <cstdint>

namespace portrait_depth {

/// Linear light 0..1 of each sRGB byte.
const std::array<float, 256>& linear_from_srgb_table();
inline float linear_from_srgb(std::uint8_t value) {
  return linear_from_srgb_table()[value];
}

/// The nearest sRGB byte of linear light; values outside 0..1 are clamped, NaN becomes 0.
std::uint8_t srgb_from_linear(float linear);

}  // namespace portrait_depth
