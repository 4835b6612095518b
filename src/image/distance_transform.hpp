// Distance transform: the distance of each pixel from a set of pixels.
#pragma once

#include <cstdint>

#include "portrait_depth/image.hpp"

namespace portrait_depth {

/// The approximate distance, in pixels, from each pixel to the nearest one whose `target` is not 0: 0 on the
/// targets, 1e6 if there is no target. G. Borgefors, Distance Transformations in Digital Images, 1986, with
/// steps of 1 and the square root of 2.
Plane<float> distance_to(const Plane<std::uint8_t>& target);

}  // namespace portrait_depth
