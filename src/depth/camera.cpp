#include "portrait_depth/camera.hpp"

#include <cmath>
#include <numbers>

#include "depth/film_35mm.hpp"

namespace portrait_depth {
namespace {

constexpr float kAssumedDiagonalViewDegrees = 60.0f;

Intrinsics centred(int width, int height, float focal_length) {
  return {focal_length, focal_length, static_cast<float>(width) / 2, static_cast<float>(height) / 2,
          width,        height};
}

float diagonal(int width, int height) {
  return std::hypot(static_cast<float>(width), static_cast<float>(height));
}

}  // namespace

Intrinsics Intrinsics::scaled_to(int new_width, int new_height) const {
  const float sx = static_cast<float>(new_width) / static_cast<float>(width);
  const float sy = static_cast<float>(new_height) / static_cast<float>(height);
  return {fx * sx, fy * sy, cx * sx, cy * sy, new_width, new_height};
}

Intrinsics Intrinsics::assumed(int width, int height) {
  const float half_view = kAssumedDiagonalViewDegrees / 2 * std::numbers::pi_v<float> / 180;
  return centred(width, height, diagonal(width, height) / 2 / std::tan(half_view));
}

Intrinsics Intrinsics::from_focal_length_35mm(int width, int height, float focal_length_35mm) {
  return centred(width, height, focal_length_35mm / kFilmDiagonalMillimetres * diagonal(width, height));
}

}  // namespace portrait_depth
