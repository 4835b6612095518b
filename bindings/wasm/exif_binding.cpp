// The camera of a photo and its tilt by its EXIF, which JavaScript reads.
#include <cmath>

#include "camera/exif_camera.hpp"
#include "camera/gravity.hpp"
#include "containers/apple_maker_note.hpp"
#include "errors.hpp"
#include "portrait_depth_core.h"

using namespace portrait_depth;

const pd_intrinsics* pd_exif_intrinsics(const pd_exif_camera* e, int width, int height) {
  static pd_intrinsics result;
  const ExifCamera exif = {.focal_length_mm = e->focal_length_mm,
                           .focal_length_35mm = e->focal_length_35mm,
                           .width = e->width,
                           .height = e->height,
                           .focal_plane_x_resolution = e->focal_plane_x_resolution,
                           .focal_plane_resolution_unit = e->focal_plane_resolution_unit};
  const std::optional<Intrinsics> camera = intrinsics_from_exif(exif, width, height);
  if (!camera) return nullptr;
  result = {.fx = camera->fx, .fy = camera->fy, .cx = camera->cx, .cy = camera->cy};
  return &result;
}

const pd_tilt* pd_exif_tilt(const uint8_t* maker_note, uint32_t size, const char* lens_model) {
  static pd_tilt result;
  const auto tilt = tilt_of_phone(io::apple_gravity({maker_note, size}), lens_model);
  if (!tilt) return nullptr;
  result = {.pitch = tilt->pitch, .roll = tilt->roll};
  return &result;
}

const float* pd_gravity(float pitch, float roll) {
  static Vec3 gravity;
  return wasm::guarded([&] {
    gravity = gravity_direction(std::isnan(pitch) ? std::nullopt : std::optional(pitch), roll);
    static_assert(sizeof(Vec3) == 3 * sizeof(float));
    return &gravity.x;
  });
}
