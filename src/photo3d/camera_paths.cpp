#include "photo3d/camera_paths.hpp"

#include <algorithm>
#include <cmath>

#include "camera/pose.hpp"
#include "camera/vector.hpp"
#include "photo3d/camera_presets.hpp"
#include "portrait_depth/error.hpp"

namespace portrait_depth {
namespace {

constexpr float kMostFrames = 1e6f;

float eased(float t, Easing easing) {
  switch (easing) {
    case Easing::linear:
      return t;
    case Easing::ease_in:
      return t * t;
    case Easing::ease_out:
      return t * (2 - t);
    case Easing::ease_in_out:
      return t * t * (3 - 2 * t);
    case Easing::hold:
      return 0;
  }
  return t;
}

}  // namespace

CameraPose interpolate_poses(const CameraPose& a, const CameraPose& b, float t) {
  const auto mix = [t](const Vec3& p, const Vec3& q) {
    return Vec3{std::lerp(p.x, q.x, t), std::lerp(p.y, q.y, t), std::lerp(p.z, q.z, t)};
  };
  // Zoom is interpolated in proportion. The quotient of two floats may exceed the range of a float.
  const double zoom_ratio = static_cast<double>(b.zoom) / static_cast<double>(a.zoom);
  return {mix(a.position, b.position), mix(a.look_at, b.look_at), mix(a.up, b.up),
          static_cast<float>(static_cast<double>(a.zoom) * std::pow(zoom_ratio, static_cast<double>(t)))};
}

CameraPose rest_pose(const PathSpace& space) {
  return {{0, 0, 0}, {0, 0, space.focus_metres}, {0, -1, 0}, 1};
}

CameraPath preset_path(const CameraPathOptions& options, const PathSpace& space) {
  const PresetMovement& preset = find_preset(options.preset);
  const float frames = options.duration_seconds * options.frames_per_second;
  if (!(options.duration_seconds > 0) || !(options.frames_per_second > 0) || !(frames >= 0.5f) ||
      !(frames < kMostFrames))
    throw Error(ErrorCode::invalid_argument,
                "a camera path needs a duration and a frame rate above 0, and fewer than a million frames");
  constexpr float kMostStrength = 1000;  // positions stay finite
  if (!(std::abs(options.strength) <= kMostStrength))
    throw Error(ErrorCode::invalid_argument, "a camera path's strength must be between -1000 and 1000");
  const int count = std::max(1, static_cast<int>(std::lround(frames)));
  CameraPath path;
  path.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) {
    CameraPose pose = preset.pose_at(static_cast<float>(i) / static_cast<float>(count), options.strength);
    pose.position = space.focus_metres * pose.position;
    pose.look_at = space.focus_metres * pose.look_at;
    path.push_back(pose);
  }
  return path;
}

CameraPath keyframe_path(std::span<const CameraKeyframe> keyframes, float frames_per_second) {
  if (keyframes.empty())
    throw Error(ErrorCode::invalid_argument, "a camera path needs at least one key frame");
  for (std::size_t i = 1; i < keyframes.size(); ++i)
    if (!(keyframes[i].time_seconds > keyframes[i - 1].time_seconds))
      throw Error(ErrorCode::invalid_argument, "the times of a camera path's key frames must increase");
  for (const CameraKeyframe& keyframe : keyframes) check_pose(keyframe.pose);
  const float start = keyframes.front().time_seconds, duration = keyframes.back().time_seconds - start;
  const float frames = duration * frames_per_second;
  if (!(frames_per_second > 0) || !(frames < kMostFrames))
    throw Error(ErrorCode::invalid_argument,
                "a camera path needs a frame rate above 0, and fewer than a million frames");
  const int count = std::max(1, static_cast<int>(std::lround(frames)));
  CameraPath path;
  std::size_t next = 0;
  for (int i = 0; i < count; ++i) {
    const float time = start + static_cast<float>(i) / frames_per_second;
    while (next < keyframes.size() && keyframes[next].time_seconds <= time) ++next;
    const CameraKeyframe& from = keyframes[next - 1];
    if (next == keyframes.size()) {
      path.push_back(from.pose);
      continue;
    }
    const CameraKeyframe& to = keyframes[next];
    const float t = (time - from.time_seconds) / (to.time_seconds - from.time_seconds);
    path.push_back(interpolate_poses(from.pose, to.pose, eased(t, from.easing)));
  }
  return path;
}

}  // namespace portrait_depth
