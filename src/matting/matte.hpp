// Matting: a photo and its mask → a matte with missed parts, and the foreground's own colors. Input is the
// photo (sRGB) and the person's mask 0..1 of the same size; output is alpha 0..1, and an RGBA picture of the
// person.
#pragma once

#include "portrait_depth/image.hpp"

namespace portrait_depth {

/// Turns a mask into a matte: removes the haze that a network's mask leaves around the person, closes soft
/// regions that lie inside the person, and decides wide soft regions. Values that are not finite become 0.
void clean_matte(Plane<float>& alpha);

}  // namespace portrait_depth
