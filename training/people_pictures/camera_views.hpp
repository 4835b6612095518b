// The product's camera paths as cameras of the people renderer.
#pragma once

#include <string>
#include <vector>

#include "portrait_depth/camera_path.hpp"
#include "vectors.hpp"

namespace portrait_depth::people {

/// A camera of the renderer. A point of the photo's camera space becomes view_from_photo * (point -
/// position), which `camera` projects.
struct CameraView {
  Mat3 view_from_photo{};
  Vec3 position{};
  Intrinsics camera{};
};

CameraView view_of(const CameraPose& pose, const Intrinsics& photo);

/// `count` poses of a camera preset around a head, zoomed in so that a background at `background_metres`
/// fills them. Throws Error for an unknown preset.
std::vector<CameraPose> preset_poses(const std::string& preset, int count, const Intrinsics& photo,
                                     float head_metres, float background_metres);

}  // namespace portrait_depth::people
