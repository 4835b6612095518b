#include "portrait_depth/film.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "portrait_depth/error.hpp"

namespace portrait_depth {
namespace {

constexpr double kUsualHeight = 720, kUsualLongerSide = 480;  // the latter of pictures that move

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

double usual_scale(PixelSize photo, std::string_view format) {
  const double scale = format == "gif" || format == "webp"
                           ? kUsualLongerSide / std::max(photo.width, photo.height)
                           : kUsualHeight / photo.height;
  return std::min(1.0, scale);
}

}  // namespace

float usual_frames_per_second(std::string_view format) {
  // 20 of them a second still look smooth.
  return format == "gif" ? 20.0f : kFramesPerSecond;
}

PixelSize film_frame_size(PixelSize photo, std::string_view format, std::optional<int> width,
                          std::optional<int> height) {
  if (photo.width < 1 || photo.height < 1)
    throw Error(ErrorCode::invalid_argument, "a film needs a photo of 1 x 1 pixel or more");
  check(width);
  check(height);
  if (width && height) {
    const bool is_even = format == "webm" || format == "mp4" || format == "avif";
    return is_even ? PixelSize{down_to_even(*width), down_to_even(*height)} : PixelSize{*width, *height};
  }
  if (width) return scaled(photo, static_cast<double>(down_to_even(*width)) / photo.width);
  if (height) return scaled(photo, static_cast<double>(down_to_even(*height)) / photo.height);
  return scaled(photo, usual_scale(photo, format));
}

}  // namespace portrait_depth
