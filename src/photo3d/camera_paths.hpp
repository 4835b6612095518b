// Paths of the virtual camera, and their limits.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <vector>

#include "portrait_depth/camera.hpp"
#include "portrait_depth/camera_path.hpp"

namespace portrait_depth {

/// The ends of a head in the photo, without those at the photo's border.
struct HeadEnds {
  std::optional<Vec3> top, left, right;
};

/// A path's input from the photo.
struct PathSpace {
  Intrinsics intrinsics;
  float focus_metres = 1;       ///< The plane that keeps its place in the frame.
  float background_metres = 2;  ///< 0: no background, or an endless one of one color.
  float border = 0;         ///< The scene goes on beyond the photo, by this share of its width and height.
  float most_zoom = 1.25f;  ///< Above it, the path's movement is reduced instead.
  /// Points of the person at the scene's ends, by BorderSide; may be empty.
  std::array<std::vector<Vec3>, 4> border_points;
  HeadEnds head;
};

/// The photo's own camera.
CameraPose rest_pose(const PathSpace& space);

/// The poses of a preset, without limits. Throws ErrorCode::invalid_argument for an unknown name, and for a
/// strength, duration or rate out of range.
CameraPath preset_path(const CameraPathOptions& options, const PathSpace& space);

/// One pose a frame, interpolated between key frames. Throws ErrorCode::invalid_argument if there are none,
/// if their times do not increase, and for invalid poses or rates.
CameraPath keyframe_path(std::span<const CameraKeyframe> keyframes, float frames_per_second);

/// Between two poses: `t` is 0 for `a` and 1 for `b`. Values outside 0..1 extrapolate.
CameraPose interpolate_poses(const CameraPose& a, const CameraPose& b, float t);

}  // namespace portrait_depth
