// Foreground estimation: the person's own color in pixels that mix the person and the background.
#pragma once

#include "portrait_depth/image.hpp"

namespace portrait_depth {

/// Returns RGBA with straight alpha: `alpha` and the person's own colors, so that compositing over another
/// background (in linear light) shows no rim of the old one. Where alpha is 0 the colors continue smoothly.
/// `photo` and `alpha` have the same size.
Image estimate_foreground(ImageView photo, PlaneView<const float> alpha);

}  // namespace portrait_depth
