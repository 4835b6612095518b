// What color the person has where the photo shows a mixture of the person and the background.
#pragma once

#include "portrait_depth/image.hpp"

namespace portrait_depth {

/// RGBA with straight alpha: `alpha` and the person's own colors, so that laying it over another background
/// (in linear light) shows no rim of the old one. Where alpha is 0 the colors run on smoothly. Both have the
/// same size.
Image separate_foreground(ImageView photo, PlaneView<const float> alpha);

}  // namespace portrait_depth
