#include "camera/intrinsics.hpp"

#include <cmath>
#include <numbers>
#include <string>

#include "camera/film_35mm.hpp"
#include "portrait_depth/error.hpp"

namespace portrait_depth {
namespace {

constexpr float kAssumedDiagonalViewDegrees = 60.0f;

}  // namespace

Intrinsics Intrinsics::scaled_to(int new_width, int new_height) const {
  const float sx = static_cast<float>(new_width) / static_cast<float>(width);
  const float sy = static_cast<float>(new_height) / static_cast<float>(height);
  return {fx * sx, fy * sy, cx * sx, cy * sy, new_width, new_height};
}

Intrinsics Intrinsics::assumed(int width, int height) {
  const float half_view = kAssumedDiagonalViewDegrees / 2 * std::numbers::pi_v<float> / 180;
  return centered_camera(width, height, picture_diagonal(width, height) / 2 / std::tan(half_view));
}

Intrinsics Intrinsics::from_focal_length_35mm(int width, int height, float focal_length_35mm) {
  return centered_camera(width, height,
                         focal_length_35mm / kFilmDiagonalMillimetres * picture_diagonal(width, height));
}

Intrinsics centered_camera(int width, int height, float focal_length) {
  return {focal_length, focal_length, static_cast<float>(width) / 2, static_cast<float>(height) / 2,
          width,        height};
}

float picture_diagonal(int width, int height) {
  return std::hypot(static_cast<float>(width), static_cast<float>(height));
}

bool is_positive(float number) {
  return std::isfinite(number) && number > 0;
}

void check_positive(float number, const char* name) {
  if (!is_positive(number))
    throw Error(ErrorCode::invalid_argument, std::string(name) + " must be a positive number");
}

void check_intrinsics(const Intrinsics& intrinsics) {
  if (!is_positive(intrinsics.fx) || !is_positive(intrinsics.fy) || !std::isfinite(intrinsics.cx) ||
      !std::isfinite(intrinsics.cy) || intrinsics.width <= 0 || intrinsics.height <= 0)
    throw Error(ErrorCode::invalid_argument,
                "the intrinsics must be finite numbers, their focal lengths and size above 0");
}

}  // namespace portrait_depth
