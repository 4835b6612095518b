// Tags and their meaning: CIPA DC-008, "Exchangeable image file format for digital still cameras: Exif
// Version 2.32".
#include "io/photo_exif.hpp"

#include <cmath>
#include <string>
#include <string_view>

#include "camera/exif_camera.hpp"
#include "camera/gravity.hpp"
#include "containers/apple_maker_note.hpp"
#include "text/number_text.hpp"
#include "text/one_line.hpp"

namespace portrait_depth::io {
namespace {

// libvips formats a tag as "VALUE (VALUE AGAIN, TYPE, N components, M bytes)".
std::optional<std::string> exif_text(VipsImage* photo, const char* tag) {
  const char* raw = nullptr;
  if (vips_image_get_typeof(photo, tag) == 0) return std::nullopt;
  if (vips_image_get_string(photo, tag, &raw) != 0) {
    vips_error_clear();
    return std::nullopt;
  }
  const std::string text = raw;
  // A value may hold " (" itself; at the right one, the value is repeated.
  for (auto open = text.find(" ("); open != std::string::npos; open = text.find(" (", open + 1))
    if (text.compare(open + 2, open, text, 0, open) == 0) return text.substr(0, open);
  return text.substr(0, text.find(" ("));
}

// "26" or "425/100"; std::nullopt unless the number is positive and finite (0 means unknown in EXIF).
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

ByteSpan exif_block(VipsImage* photo) {
  const void* bytes = nullptr;
  std::size_t size = 0;
  if (vips_image_get_typeof(photo, VIPS_META_EXIF_NAME) == 0) return {};
  if (vips_image_get_blob(photo, VIPS_META_EXIF_NAME, &bytes, &size) != 0) {
    vips_error_clear();
    return {};
  }
  return {static_cast<const std::uint8_t*>(bytes), size};
}

}  // namespace

void read_exif(VipsImage* photo, PhotoInfo& info) {
  info.focal_length_mm = exif_number(photo, "exif-ifd2-FocalLength");
  info.focal_length_35mm = exif_number(photo, "exif-ifd2-FocalLengthIn35mmFilm");
  info.camera_make = one_line(exif_text(photo, "exif-ifd0-Make").value_or(""));
  info.camera_model = one_line(exif_text(photo, "exif-ifd0-Model").value_or(""));
  const std::string lens_model = exif_text(photo, "exif-ifd2-LensModel").value_or("");
  if (const auto tilt = tilt_of_phone(apple_gravity(maker_note(exif_block(photo))), lens_model)) {
    info.camera_pitch = tilt->pitch;
    info.camera_roll = tilt->roll;
  }
  info.capture_time = one_line(exif_text(photo, "exif-ifd2-DateTimeOriginal").value_or(""));
}

std::optional<Intrinsics> intrinsics_from_exif(VipsImage* photo, const PhotoInfo& info) {
  const auto number = [photo](const char* tag) { return exif_number(photo, tag).value_or(0); };
  const auto unit = exif_text(photo, "exif-ifd2-FocalPlaneResolutionUnit").value_or("Inch");
  const bool centimetres = unit.starts_with("Centi") || unit == "3";
  const ExifCamera exif = {.focal_length_mm = info.focal_length_mm.value_or(0),
                           .focal_length_35mm = info.focal_length_35mm.value_or(0),
                           .width = number("exif-ifd2-PixelXDimension"),
                           .height = number("exif-ifd2-PixelYDimension"),
                           .focal_plane_x_resolution = number("exif-ifd2-FocalPlaneXResolution"),
                           .focal_plane_resolution_unit = centimetres ? kFocalPlaneCentimetres : 0};
  return portrait_depth::intrinsics_from_exif(exif, info.width, info.height);
}

}  // namespace portrait_depth::io
