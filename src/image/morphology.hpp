// Morphological operations on binary masks: 0 is unset, every other value is set.
#pragma once

#include <cstdint>

#include "portrait_depth/image.hpp"

namespace portrait_depth {

/// Erosion, dilation and opening by a cross: a pixel and its four neighbors. The mask continues beyond its
/// border with the border's values. Results are 0 or 1.
Plane<std::uint8_t> eroded(const Plane<std::uint8_t>& mask);
Plane<std::uint8_t> dilated(const Plane<std::uint8_t>& mask);
/// Erosion, then dilation: removes parts thinner than three pixels.
Plane<std::uint8_t> opened(const Plane<std::uint8_t>& mask);

/// Dilation by a square of 2 radius + 1 pixels, in place: set pixels become 1. The cost does not depend on
/// the radius.
void dilate_by_square(Plane<std::uint8_t>& mask, int radius);

}  // namespace portrait_depth
