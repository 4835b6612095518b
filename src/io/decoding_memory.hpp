// The memory that decoding needs, estimated from a photo's header.
#pragma once

#include <cstdint>

#include "io/photo_format.hpp"
#include "io/vips_session.hpp"

namespace portrait_depth::io {

struct DecodingFacts {
  PhotoFormat format = PhotoFormat::jpeg;
  bool has_several_scans = false;  ///< Of a JPEG.
  bool converts_signal = false;    ///< To sRGB from numbers (signal_conversion.hpp).
  std::int64_t largest_picture =
      0;  ///< Pixels that are decoded and cropped to the header's; 0: the header's.
  std::int64_t bytes_in_memory = 0;  ///< Of the file.
  std::int64_t result_bytes = 0;     ///< Of the loaded picture and its copies.
};

/// Bytes, measured as the largest resident size of a process that loads such a photo, rounded up.
std::int64_t decoding_memory(VipsImage* header, const DecodingFacts& facts);

}  // namespace portrait_depth::io
