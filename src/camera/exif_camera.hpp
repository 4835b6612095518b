// The camera of a photo by the numbers of its EXIF. Tags and their meaning: CIPA DC-008, "Exchangeable image
// file format for digital still cameras: Exif Version 2.32".
#pragma once

#include <optional>

#include "portrait_depth/camera.hpp"

namespace portrait_depth {

/// The value of FocalPlaneResolutionUnit for centimetres; every other value means inches.
inline constexpr int kFocalPlaneCentimetres = 3;

/// EXIF's numbers as they stand in the file. A number that is not positive and finite is unknown, as 0 is in
/// EXIF.
struct ExifCamera {
  float focal_length_mm = 0;           ///< FocalLength
  float focal_length_35mm = 0;         ///< FocalLengthIn35mmFilm
  float width = 0;                     ///< PixelXDimension: the picture before an editor cropped or scaled it
  float height = 0;                    ///< PixelYDimension
  float focal_plane_x_resolution = 0;  ///< FocalPlaneXResolution: pixels of that size per unit
  int focal_plane_resolution_unit = 0;  ///< FocalPlaneResolutionUnit
};

/// The camera of the upright picture of width x height pixels, its principal point in the middle; nullopt if
/// the numbers give no focal length of 5 to 2000 mm on 35 mm film.
std::optional<Intrinsics> intrinsics_from_exif(const ExifCamera& exif, int width, int height);

}  // namespace portrait_depth
