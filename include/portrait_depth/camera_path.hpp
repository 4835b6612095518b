// Virtual cameras: poses, key frames, and paths of one pose a frame.
#pragma once

#include <string>
#include <vector>

#include "portrait_depth/camera.hpp"
#include "portrait_depth/visibility.hpp"

namespace portrait_depth {

/// The default frame rate of camera paths, and of films whose format has none of its own.
inline constexpr float kFramesPerSecond = 30.0f;

/// A virtual camera in the photo's camera space, metres. The photo's own camera is at {0, 0, 0} and looks
/// along +z.
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
  /// No frame shows the space beyond the scene, which goes on a little beyond the photo: the path is zoomed
  /// in by up to 3 %, and its movement is reduced if necessary.
  bool limit = true;
};

/// The speed of a movement from a key frame to the next one.
enum class Easing { linear, ease_in, ease_out, ease_in_out, hold };

struct CameraKeyframe {
  float time_seconds = 0;
  CameraPose pose = {};
  Easing easing = Easing::ease_in_out;  ///< From this key frame to the next one.
};

/// One pose a frame. The first pose follows the last one without a jump.
using CameraPath = std::vector<CameraPose>;

struct CameraPreset {
  std::string name, description;
};
/// The presets that CameraPathOptions::preset accepts.
PORTRAIT_DEPTH_API std::vector<CameraPreset> camera_presets();

}  // namespace portrait_depth
