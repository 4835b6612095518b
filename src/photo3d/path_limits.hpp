// The limits of a camera path: no frame shows the space beyond the photo's borders.
#pragma once

#include "photo3d/camera_paths.hpp"

namespace portrait_depth {

/// The zoom (≥ 1) with which no pose of the path shows the space beyond the photo's borders.
float needed_zoom(const CameraPath& path, const PathSpace& space);

/// Zooms the path in until it shows only the photo. If this needs a zoom above 1.25, the movement is reduced
/// as well.
void limit_path(CameraPath& path, const PathSpace& space);

}  // namespace portrait_depth
