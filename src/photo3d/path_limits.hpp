// The limits of a camera path: no frame shows the space beyond the scene's ends.
#pragma once

#include "photo3d/camera_paths.hpp"

namespace portrait_depth {

/// The zoom (≥ 1) with which no pose of the path shows the space beyond the scene's ends, which are
/// PathSpace::border outside of the photo.
float needed_zoom(const CameraPath& path, const PathSpace& space);

/// Zooms the path in until it shows only the scene. If this needs a zoom above PathSpace::most_zoom, the
/// movement is reduced until that zoom is enough.
void limit_path(CameraPath& path, const PathSpace& space);

}  // namespace portrait_depth
