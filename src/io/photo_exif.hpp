// The camera data in a photo's EXIF.
#pragma once

#include <optional>

#include "io/vips_session.hpp"
#include "portrait_depth/camera.hpp"
#include "portrait_depth/io.hpp"

namespace portrait_depth::io {

/// Fills in focal lengths, make and model, the time, and a phone's tilt.
void read_exif(VipsImage* photo, PhotoInfo& info);

/// The camera of the upright photo at its full size (info.width x info.height); std::nullopt without a usable
/// focal length.
std::optional<Intrinsics> intrinsics_from_exif(VipsImage* photo, const PhotoInfo& info);

}  // namespace portrait_depth::io
