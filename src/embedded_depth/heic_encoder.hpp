// Pixels as one coded picture of a HEIC file, by libheif.
#pragma once

#include <string>
#include <vector>

#include "containers/heif_writer.hpp"
#include "io/picture_encoder.hpp"

namespace portrait_depth::io {

/// A picture, and the tiles that it is made of: libheif cuts a picture of an odd size, or below 64 pixels,
/// out of one larger tile, because Apple's readers crop no other way.
struct HeicPicture {
  NewHeifItem picture;
  std::vector<NewHeifItem> tiles;
};

/// `pixels`: 8 bits, gray or sRGB. `quality`: 0 to 100. Errors begin with `name`: ErrorCode::unsupported if
/// this libheif has no HEVC encoder, ErrorCode::unwritable if the encoder fails.
HeicPicture encode_heic_picture(const Pixels& pixels, int quality, const std::string& name);

}  // namespace portrait_depth::io
