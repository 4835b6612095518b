// A photo's colors become sRGB of 8 bits.
#pragma once

#include "io/vips_chain.hpp"

namespace portrait_depth::io {

inline bool is_lab(const VipsImage* image) {
  return vips_image_get_interpretation(image) == VIPS_INTERPRETATION_LABS;
}

/// By the file's color signal, else by its ICC profile, else by the picture's color space. A profile of
/// another color space than the picture's is ignored. Alpha stays, at 8 bits. Throws unsupported for a color
/// signal that is not known.
void to_srgb(Chain& chain);

}  // namespace portrait_depth::io
