// The size of a coded picture, from the headers that its decoder reads.
#pragma once

#include <cstdint>
#include <optional>

#include "containers/byte_reader.hpp"

namespace portrait_depth::io {

struct PictureSize {
  std::int64_t width = 0, height = 0;
  std::int64_t pixels() const { return width * height; }
};

/// Numbers of a file. Larger ones than 2^31 - 1 become that number.
PictureSize picture_size(std::uint64_t width, std::uint64_t height);
/// Each side is the longer one of both pictures.
PictureSize covering(const PictureSize& a, const PictureSize& b);

/// Of a NAL unit of HEVC that is a sequence parameter set of the base layer; std::nullopt for any other unit.
std::optional<PictureSize> hevc_size(ByteSpan unit);

/// Of AV1's sequence headers among open bitstream units. Takes one from `units_left` for each unit, and stops
/// at 0.
PictureSize av1_size(ByteSpan units, int& units_left);

}  // namespace portrait_depth::io
