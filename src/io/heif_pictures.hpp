// The sizes of all pictures in a HEIC or AVIF, before one is decoded.
#pragma once

#include <optional>
#include <vector>

#include "io/coded_size.hpp"

namespace portrait_depth::io {

struct HeifPicture {
  PictureSize declared;  ///< Of the header (ispe), before cropping and turning; the smaller one of two.
  PictureSize coded;     ///< Memory that the decoder requests. 0: no coded data, or data of another coding.
};

/// Coded pictures, grids and overlays. std::nullopt if the boxes are damaged or hold more than any camera
/// writes.
std::optional<std::vector<HeifPicture>> heif_pictures(ByteSpan file);

/// True if the decoder needs more memory than the header declares. Coded sides are whole blocks.
bool exceeds_declared_size(const HeifPicture& picture);

}  // namespace portrait_depth::io
