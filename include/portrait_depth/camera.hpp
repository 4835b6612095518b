// The pinhole camera: a pixel and a depth give a point.
#pragma once

#include "portrait_depth/visibility.hpp"

namespace portrait_depth {

/// A point in metres, or a direction. Camera space: x right, y down, z away from the camera.
struct Vec3 {
  float x = 0, y = 0, z = 0;
};

/// A pinhole camera without distortion. Focal lengths and center are in pixels of a picture of width x
/// height; a pixel's center lies at +0.5. A point (X, Y, Z) falls on (fx X/Z + cx, fy Y/Z + cy).
struct PORTRAIT_DEPTH_API Intrinsics {
  float fx = 0, fy = 0, cx = 0, cy = 0;
  int width = 0, height = 0;

  Vec3 unproject(float x, float y, float z_metres) const {
    return {(x - cx) / fx * z_metres, (y - cy) / fy * z_metres, z_metres};
  }
  /// The same camera for the picture resized to new_width x new_height.
  Intrinsics scaled_to(int new_width, int new_height) const;
  /// A usual view for a picture without a person: 60 degrees along the diagonal, the center in the middle.
  static Intrinsics assumed(int width, int height);
  /// From EXIF's FocalLengthIn35mmFilm (the diagonal of 36 x 24 mm film is 43.27 mm; CIPA DC-008,
  /// "Exif 2.32").
  static Intrinsics from_focal_length_35mm(int width, int height, float focal_length_35mm);
};

}  // namespace portrait_depth
