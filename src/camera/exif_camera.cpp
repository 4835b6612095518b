#include "camera/exif_camera.hpp"

#include <algorithm>
#include <cmath>

#include "camera/film_35mm.hpp"
#include "camera/intrinsics.hpp"

namespace portrait_depth {
namespace {

constexpr float kShortestFocalLength35mm = 5, kLongestFocalLength35mm = 2000;

struct Size {
  float width, height;
};

float diagonal(const Size& size) {
  return std::hypot(size.width, size.height);
}

// EXIF's own size of the picture, upright.
std::optional<Size> exif_size(const ExifCamera& exif, const Size& picture) {
  if (!is_positive(exif.width) || !is_positive(exif.height)) return std::nullopt;
  // Phones write the size in the sensor's orientation, so the longer side is matched to the longer side.
  const auto [shorter, longer] = std::minmax({exif.width, exif.height});
  return picture.height > picture.width ? Size{shorter, longer} : Size{longer, shorter};
}

// Pixels of the whole frame's diagonal, in the scale of the picture.
float frame_diagonal(const std::optional<Size>& size, const Size& picture) {
  if (!size) return diagonal(picture);
  const float across = picture.width / size->width, down = picture.height / size->height;
  const bool same_shape = std::abs(across - down) < 0.01f * std::max(across, down);
  const bool cropped = !same_shape && across < 1.005f && down < 1.005f;
  // A crop keeps its focal length in pixels; the optical axis is lost, and the middle is the best guess.
  return diagonal(cropped ? *size : picture);
}

std::optional<float> focal_length_pixels(const ExifCamera& exif, const std::optional<Size>& size,
                                         float frame) {
  if (is_positive(exif.focal_length_35mm)) return exif.focal_length_35mm / kFilmDiagonalMillimetres * frame;
  if (!is_positive(exif.focal_length_mm) || !is_positive(exif.focal_plane_x_resolution) || !size)
    return std::nullopt;
  const float unit_mm = exif.focal_plane_resolution_unit == kFocalPlaneCentimetres ? 10.0f : 25.4f;
  const float of_exif_size = exif.focal_length_mm * exif.focal_plane_x_resolution / unit_mm;
  // The resolution belongs to the size that EXIF names; a picture scaled as a whole scales it.
  return of_exif_size * frame / diagonal(*size);
}

}  // namespace

std::optional<Intrinsics> intrinsics_from_exif(const ExifCamera& exif, int width, int height) {
  const Size picture = {static_cast<float>(width), static_cast<float>(height)};
  const std::optional<Size> size = exif_size(exif, picture);
  const float frame = frame_diagonal(size, picture);
  const std::optional<float> focal_length = focal_length_pixels(exif, size, frame);
  if (!focal_length) return std::nullopt;
  const float as_35mm = *focal_length * kFilmDiagonalMillimetres / frame;
  if (as_35mm < kShortestFocalLength35mm || as_35mm > kLongestFocalLength35mm) return std::nullopt;
  return centered_camera(width, height, *focal_length);
}

}  // namespace portrait_depth
