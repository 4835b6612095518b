// Pixels into the bytes of a picture file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace portrait_depth::io {

/// Rows without gaps: 1 channel (gray), 3 (sRGB) or 4 (sRGB and straight alpha), 8 bits or, gray only, 16.
/// Not owned.
struct Pixels {
  const void* data = nullptr;
  int width = 0, height = 0, channels = 0, bits = 8;
};

/// `format` as output_format() returns it. Errors begin with `path`. Throws ErrorCode::unsupported for a
/// format that is not known or cannot hold the pixels (alpha in JPEG). `xmp`: a packet for PNG and TIFF;
/// empty: none.
std::vector<std::uint8_t> encode_picture(const Pixels& pixels, const std::string& format,
                                         const std::filesystem::path& path, const std::string& xmp = {});

}  // namespace portrait_depth::io
