// The head stays in the frame while the camera comes closer.
#pragma once

#include "photo3d/camera_paths.hpp"
#include "portrait_depth/image.hpp"

namespace portrait_depth {

/// The ends of the head in the photo: the topmost point of `alpha`, the matte, and the leftmost and rightmost
/// ones as far below as a head is high. Ends at the photo's border are left out. All at `head_metres`.
HeadEnds find_head_ends(PlaneView<const float> alpha, const Intrinsics& camera, float head_metres);

/// Moves each pose up and aside in proportion to its enlargement, so that the head's ends stay in all frames.
/// A pose that shows the photo at its own size keeps its place.
void keep_head_in_view(CameraPath& path, const PathSpace& space);

}  // namespace portrait_depth
