#include "io/decoding_memory.hpp"

#include <algorithm>
#include <cmath>

namespace portrait_depth::io {
namespace {

constexpr double kProgram = 64e6;  // libraries, threads, libvips' bands of rows

bool is_interlaced(VipsImage* header) {
  int value = 0;
  return vips_image_get_typeof(header, "interlaced") != 0 &&
         vips_image_get_int(header, "interlaced", &value) == 0 && value != 0;
}

bool is_animated(VipsImage* header) {
  return vips_image_get_n_pages(header) > 1;
}

// Decoders of a whole picture hold it, some in two forms. The others pass on its rows.
double bytes_per_pixel(VipsImage* header, const DecodingFacts& facts) {
  const double bands = vips_image_get_bands(header);
  const double bytes = bands * static_cast<double>(VIPS_IMAGE_SIZEOF_ELEMENT(header));
  const bool has_alpha = vips_image_hasalpha(header) != 0;
  switch (facts.format) {
    case PhotoFormat::jpeg:
      return facts.has_several_scans || is_interlaced(header) ? 2.2 * bands : 0.5;  // coefficients of 16 bits
    case PhotoFormat::png:
      return is_interlaced(header) ? 1.15 * bytes : 1.5;
    case PhotoFormat::webp:
      return is_animated(header) ? 17 : 8.5;
    case PhotoFormat::tiff:
      return bytes + 2;  // one strip may be the whole picture
    case PhotoFormat::gif:
      return 8;
    case PhotoFormat::heif:
      if (vips_image_get_format(header) == VIPS_FORMAT_UCHAR) return has_alpha ? 17 : 11;
      return has_alpha ? 31 : 18;
  }
  return bytes;
}

}  // namespace

std::int64_t decoding_memory(VipsImage* header, const DecodingFacts& facts) {
  constexpr double kLightBytes = 4 * sizeof(float);  // of a pixel in linear light
  constexpr double kLightOverBytes = 4;              // of a result in linear light: float32 over 8 bits
  const double pixels = std::max(
      static_cast<double>(facts.largest_picture),
      static_cast<double>(vips_image_get_width(header)) * static_cast<double>(vips_image_get_height(header)));
  double result = static_cast<double>(facts.result_bytes), per_pixel = bytes_per_pixel(header, facts);
  // A photo with alpha is converted at its full size, any other at the size of the result.
  if (facts.converts_signal && vips_image_hasalpha(header) != 0)
    per_pixel += kLightBytes;
  else if (facts.converts_signal)
    result *= 1 + kLightOverBytes;
  return std::llround(kProgram + pixels * per_pixel + static_cast<double>(facts.bytes_in_memory) + result);
}

}  // namespace portrait_depth::io
