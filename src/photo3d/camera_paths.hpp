// Where the virtual camera goes, and how far it may.
#pragma once

#include <span>

#include "portrait_depth/camera_path.hpp"

namespace portrait_depth {

/// What a path needs to know of the photo.
struct PathSpace {
  Intrinsics intrinsics;
  float focus_metres = 1;       ///< The plane that stands still.
  float background_metres = 2;  ///< 0: there is no background.
  /// Points of the person on the photo's left, right, upper and lower border, where there are any.
  std::array<std::vector<Vec3>, 4> border_points;
};

/// The unlimited poses of a preset. Throws ErrorCode::invalid_argument for an unknown name or a useless
/// duration or rate.
CameraPath preset_path(const CameraPathOptions& options, const PathSpace& space);

/// Key frames turned into one pose a frame.
CameraPath keyframe_path(std::span<const CameraKeyframe> keyframes, float frames_per_second);

/// By how much each pose must be zoomed so that none of them shows what lies beyond the photo's borders (≥
/// 1).
float needed_zoom(const CameraPath& path, const PathSpace& space);

/// Zooms the path in until it shows only the photo. Where that would take too much of the picture, the
/// movement is made smaller too.
void limit_path(CameraPath& path, const PathSpace& space);

}  // namespace portrait_depth
