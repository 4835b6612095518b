// Boxes of a HEIC or AVIF file that libheif does not expose or does not accept.
#pragma once

#include <optional>
#include <vector>

#include "containers/byte_reader.hpp"
#include "io/color_signal.hpp"

namespace portrait_depth::io {

/// libheif 1.15 rejects a whole file if one auxiliary picture (a gain map, a matte) belongs to two pictures,
/// as recent phones write them. Returns a copy in which each such picture belongs to one picture, to the main
/// one if it is among them. Returns std::nullopt if the file needs no copy or its boxes are damaged.
std::optional<std::vector<std::uint8_t>> with_single_auxiliary_targets(ByteSpan file);

/// The main picture's nclx color box; std::nullopt without one.
std::optional<ColorSignal> heif_color_signal(ByteSpan file);

}  // namespace portrait_depth::io
