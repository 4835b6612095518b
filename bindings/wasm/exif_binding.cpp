// The camera of a photo by its EXIF, which JavaScript reads.
#include "camera/exif_camera.hpp"
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
