// The boxes of a HEIC or AVIF file that libheif hides or refuses.
#pragma once

#include <optional>
#include <vector>

#include "io/byte_reader.hpp"
#include "io/color_signal.hpp"

namespace portrait_depth::io {

/// libheif 1.15 refuses a whole file if one auxiliary picture (a gain map, a matte) belongs to two pictures,
/// as recent phones write them. This returns a copy in which each such picture belongs to one, the main
/// picture where it is among them. Nothing where the file needs no copy or its boxes are damaged.
std::optional<std::vector<std::uint8_t>> with_single_auxiliary_targets(ByteSpan file);

/// The main picture's nclx color box; nothing where it has none.
std::optional<ColorSignal> heif_color_signal(ByteSpan file);

}  // namespace portrait_depth::io
