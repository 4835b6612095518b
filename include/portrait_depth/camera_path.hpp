// Virtual cameras: one pose, key frames, and paths of one pose a frame.
#pragma once

#include <string>
#include <vector>

#include "portrait_depth/camera.hpp"
#include "portrait_depth/visibility.hpp"

namespace portrait_depth {

/// The frame rate of camera paths and films whose format has no rate of its own.
inline constexpr float kFramesPerSecond = 30.0f;

/// Where the virtual camera stands, in the photo's camera space: the photo itself is {0,0,0} looking along
/// +z.
struct CameraPose {
  Vec3 position = {};
  Vec3 look_at = {0, 0, 1};
  Vec3 up = {0, -1, 0};
  float zoom = 1.0f;  ///< Multiplies the photo's focal length; above 0.
};

struct CameraPathOptions {
  std::string preset = "orbit";   ///< One of camera_presets().
  float strength = 1.0f;          ///< Multiplies the camera's movement; -1000 to 1000.
  float duration_seconds = 2.0f;  ///< Of one loop.
  float frames_per_second = kFramesPerSecond;
  /// Zooms in, and where that would take too much moves less, so that nothing beyond the photo's borders
  /// shows.
  bool limit = true;
};

/// How a movement runs from a key frame to the next one.
enum class Easing { linear, ease_in, ease_out, ease_in_out, hold };

struct CameraKeyframe {
  float time_seconds = 0;
  CameraPose pose = {};
  Easing easing = Easing::ease_in_out;  ///< From this key frame to the next one.
};

/// One pose a frame; the pose that would follow the last one is the first.
using CameraPath = std::vector<CameraPose>;

struct CameraPreset {
  std::string name, description;
};
PORTRAIT_DEPTH_API std::vector<CameraPreset> camera_presets();

}  // namespace portrait_depth
