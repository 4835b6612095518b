#include "portrait_depth/film.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>

#include "portrait_depth/error.hpp"

namespace portrait_depth {
namespace {

// Frames without a film file have a row's default values.
const FilmFormat& format_or_defaults(std::string_view extension) {
  static const FilmFormat defaults;
  return extension.empty() ? defaults : film_format(extension);
}

void check(std::optional<int> side) {
  if (side && (*side < kLeastFrameSide || *side > kMostFrameSide))
    throw Error(ErrorCode::invalid_argument,
                "the sides of a film lie between " + std::to_string(kLeastFrameSide) + " and " +
                    std::to_string(kMostFrameSide) + " pixels; " + std::to_string(*side) + " is beyond");
}

int down_to_even(int side) {
  return side / 2 * 2;
}

PixelSize scaled(PixelSize photo, double scale) {
  const auto even = [&](int side) {
    return 2 * static_cast<int>(std::lround(std::clamp<double>(side * scale, 2, kMostFrameSide) / 2));
  };
  return {even(photo.width), even(photo.height)};
}

double usual_scale(PixelSize photo, const FilmFormat& format) {
  const double scale = format.usual_longer_side > 0
                           ? double{1} * format.usual_longer_side / std::max(photo.width, photo.height)
                           : double{1} * format.usual_height / photo.height;
  return std::min(1.0, scale);
}

}  // namespace

PixelSize film_frame_size(PixelSize photo, std::string_view format, std::optional<int> width,
                          std::optional<int> height) {
  if (photo.width < 1 || photo.height < 1)
    throw Error(ErrorCode::invalid_argument, "a film needs a photo of 1 x 1 pixel or more");
  check(width);
  check(height);
  const FilmFormat& row = format_or_defaults(format);
  if (width && height)
    return row.has_even_sides ? PixelSize{down_to_even(*width), down_to_even(*height)}
                              : PixelSize{*width, *height};
  if (width) return scaled(photo, static_cast<double>(down_to_even(*width)) / photo.width);
  if (height) return scaled(photo, static_cast<double>(down_to_even(*height)) / photo.height);
  return scaled(photo, usual_scale(photo, row));
}

}  // namespace portrait_depth
