// Tags and their meaning: CIPA DC-008, "Exchangeable image file format for digital still cameras: Exif
// Version 2.32".
#include "io/photo_exif.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>

#include "camera/film_35mm.hpp"
#include "camera/intrinsics.hpp"
#include "text/number_text.hpp"

namespace portrait_depth::io {
namespace {

constexpr float kShortestFocalLength35mm = 5, kLongestFocalLength35mm = 2000;

// libvips gives a tag as "VALUE (VALUE AGAIN, TYPE, N components, M bytes)".
std::optional<std::string> exif_text(VipsImage* photo, const char* tag) {
  const char* raw = nullptr;
  if (vips_image_get_typeof(photo, tag) == 0) return std::nullopt;
  if (vips_image_get_string(photo, tag, &raw) != 0) {
    vips_error_clear();
    return std::nullopt;
  }
  const std::string text = raw;
  // A value may hold " (" itself: the right one is where the value comes again.
  for (auto open = text.find(" ("); open != std::string::npos; open = text.find(" (", open + 1))
    if (text.compare(open + 2, open, text, 0, open) == 0) return text.substr(0, open);
  return text.substr(0, text.find(" ("));
}

// Text of a stranger's file goes to terminals and reports: each control character becomes a space.
std::string printable(std::string text) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 127; };
  std::replace_if(text.begin(), text.end(), is_control, ' ');
  const auto is_space = [](char c) { return c == ' '; };
  text.erase(text.begin(), std::find_if_not(text.begin(), text.end(), is_space));
  text.erase(std::find_if_not(text.rbegin(), text.rend(), is_space).base(), text.end());
  return text;
}

// "26" or "425/100"; nothing for what is not a positive finite number (0 means unknown in EXIF).
std::optional<float> exif_number(VipsImage* photo, const char* tag) {
  const auto text = exif_text(photo, tag);
  if (!text) return std::nullopt;
  std::string_view rest = *text;
  auto value = take_number(rest);
  if (value && rest.starts_with('/')) {
    rest.remove_prefix(1);
    *value /= take_number(rest).value_or(0);
  }
  if (!value || !std::isfinite(*value) || *value <= 0) return std::nullopt;
  return value;
}

// EXIF's own idea of the picture's size, upright: other than the file's where an editor cropped or scaled.
std::optional<std::array<float, 2>> exif_size(VipsImage* photo, const PhotoInfo& info) {
  const auto width = exif_number(photo, "exif-ifd2-PixelXDimension");
  const auto height = exif_number(photo, "exif-ifd2-PixelYDimension");
  if (!width || !height) return std::nullopt;
  // Phones write the size as the sensor lies, so the longer side is matched to the longer side.
  const bool portrait = info.height > info.width;
  const float longer = std::max(*width, *height), shorter = std::min(*width, *height);
  return portrait ? std::array{shorter, longer} : std::array{longer, shorter};
}

// Pixels of the whole frame's diagonal, in the scale of the picture at hand.
float frame_diagonal_pixels(VipsImage* photo, const PhotoInfo& info) {
  const float own = picture_diagonal(info.width, info.height);
  const auto size = exif_size(photo, info);
  if (!size) return own;
  const float across = static_cast<float>(info.width) / (*size)[0];
  const float down = static_cast<float>(info.height) / (*size)[1];
  const bool same_shape = std::abs(across - down) < 0.01f * std::max(across, down);
  const bool cropped = !same_shape && across < 1.005f && down < 1.005f;
  // A crop keeps its focal length in pixels; the optical axis is lost, and the middle is the best guess.
  return cropped ? std::hypot((*size)[0], (*size)[1]) : own;
}

std::optional<float> focal_length_from_sensor(VipsImage* photo, const PhotoInfo& info) {
  const auto pixels_per_unit = exif_number(photo, "exif-ifd2-FocalPlaneXResolution");
  const auto size = exif_size(photo, info);
  if (!info.focal_length_mm || !pixels_per_unit || !size) return std::nullopt;
  const auto unit = exif_text(photo, "exif-ifd2-FocalPlaneResolutionUnit").value_or("Inch");
  const float unit_mm = unit.starts_with("Centi") || unit == "3" ? 10.0f : 25.4f;
  const float focal_length = *info.focal_length_mm * *pixels_per_unit / unit_mm;
  // The resolution belongs to the size that EXIF names; a picture scaled as a whole scales it.
  const float frame = std::hypot((*size)[0], (*size)[1]);
  return focal_length * frame_diagonal_pixels(photo, info) / frame;
}

}  // namespace

void read_exif(VipsImage* photo, PhotoInfo& info) {
  info.focal_length_mm = exif_number(photo, "exif-ifd2-FocalLength");
  info.focal_length_35mm = exif_number(photo, "exif-ifd2-FocalLengthIn35mmFilm");
  info.camera_make = printable(exif_text(photo, "exif-ifd0-Make").value_or(""));
  info.camera_model = printable(exif_text(photo, "exif-ifd0-Model").value_or(""));
}

std::optional<Intrinsics> intrinsics_from_exif(VipsImage* photo, const PhotoInfo& info) {
  std::optional<float> focal_length;
  if (info.focal_length_35mm)
    focal_length = *info.focal_length_35mm / kFilmDiagonalMillimetres * frame_diagonal_pixels(photo, info);
  else
    focal_length = focal_length_from_sensor(photo, info);
  if (!focal_length) return std::nullopt;
  const float as_35mm = *focal_length * kFilmDiagonalMillimetres / frame_diagonal_pixels(photo, info);
  if (as_35mm < kShortestFocalLength35mm || as_35mm > kLongestFocalLength35mm) return std::nullopt;
  return centered_camera(info.width, info.height, *focal_length);
}

}  // namespace portrait_depth::io
