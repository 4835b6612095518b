// The movements of the camera presets.
#pragma once

#include <string>

#include "portrait_depth/camera_path.hpp"

namespace portrait_depth {

/// A preset's pose for a phase 0..1 of the loop; phases 0 and 1 are equal. Lengths are in focus distances.
using PoseAt = CameraPose (*)(float phase, float strength);

struct PresetMovement {
  const char *name, *description;
  PoseAt pose_at;
};

/// Throws ErrorCode::invalid_argument for an unknown name.
const PresetMovement& find_preset(const std::string& name);

}  // namespace portrait_depth
