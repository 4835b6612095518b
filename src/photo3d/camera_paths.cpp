#include "photo3d/camera_paths.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>

#include "camera/pose.hpp"
#include "render/view.hpp"

namespace portrait_depth {
namespace {

// The radius of `orbit` in distances to the plane that stands still: the original's camera circles at 0.4
// around a point 10.5 away from what it looks at.
constexpr float kReach = 0.4f / 10.5f;

// A preset's pose for a phase 0..1 of the loop; phases 0 and 1 are the same. Lengths are in focus distances.
using PoseAt = CameraPose (*)(float phase, float strength);

struct Preset {
  const char *name, *description;
  PoseAt pose_at;
};

constexpr Vec3 kFocus = {0, 0, 1};

CameraPose looking_at_focus(const Vec3& position, float zoom = 1) {
  return {position, kFocus, {0, -1, 0}, zoom};
}

float angle(float phase) {
  return 2 * std::numbers::pi_v<float> * phase;
}
// From 0 to 1 and back, gently at both ends.
float there_and_back(float phase) {
  return 0.5f - 0.5f * std::cos(angle(phase));
}

// C + r (cos θ (1, 1, 0) + sin θ (0, 1, 1)), with y up and z toward the viewer turned into y down and z
// away.
CameraPose orbit(float phase, float strength) {
  const float r = kReach * strength, c = std::cos(angle(phase)), s = std::sin(angle(phase));
  return looking_at_focus({r * c, -r * (c + s), -r * s});
}

CameraPose sway(float phase, float strength) {
  return looking_at_focus({1.4f * kReach * strength * std::sin(angle(phase)), 0, 0});
}

CameraPose nod(float phase, float strength) {
  return looking_at_focus({0, 1.2f * kReach * strength * std::sin(angle(phase)), 0});
}

CameraPose zoom(float phase, float strength) {
  return looking_at_focus({0, 0, std::min(0.16f * strength, 0.6f) * there_and_back(phase)});
}

// The camera draws back while it zooms in: the plane in focus keeps its size, what is behind it grows.
CameraPose dolly_zoom(float phase, float strength) {
  const float back = std::max(0.45f * strength, -0.6f) * there_and_back(phase);
  return looking_at_focus({0, 0, -back}, 1 + back);
}

CameraPose ken_burns(float phase, float strength) {
  const float s = std::clamp(strength, -4.0f, 4.0f) * there_and_back(phase);
  const Vec3 aside = {0.9f * kReach * s, -0.5f * kReach * s, 0};
  return {aside + Vec3{0, 0, 0.06f * s}, Vec3{0.012f * s, -0.012f * s, 1}, {0, -1, 0}, 1 + 0.1f * s};
}

// Four views, held: left, middle, right, middle.
CameraPose wiggle(float phase, float strength) {
  constexpr std::array<float, 4> kPlaces = {-1, 0, 1, 0};
  const auto view = static_cast<std::size_t>(phase * 4 + 1e-4f) % 4;
  return looking_at_focus({kPlaces[view] * kReach * strength, 0, 0});
}

CameraPose still_left(float, float strength) {
  return looking_at_focus({-kReach * strength, 0, 0});
}
CameraPose still_right(float, float strength) {
  return looking_at_focus({kReach * strength, 0, 0});
}

constexpr std::array<Preset, 9> kPresets = {{
    {"orbit", "a small circle around the photo's own place", orbit},
    {"sway", "from side to side", sway},
    {"nod", "up and down", nod},
    {"zoom", "closer and back", zoom},
    {"dolly-zoom", "backwards while zooming in, and again forwards: the person keeps their size", dolly_zoom},
    {"ken-burns", "a slow drift closer and aside, and back", ken_burns},
    {"wiggle", "four views in turn: left, middle, right, middle", wiggle},
    {"still-left", "one view from the left", still_left},
    {"still-right", "one view from the right", still_right},
}};

const Preset& find_preset(const std::string& name) {
  const auto found = std::find_if(kPresets.begin(), kPresets.end(),
                                  [&](const Preset& preset) { return name == preset.name; });
  if (found != kPresets.end()) return *found;
  std::string known;
  for (const Preset& preset : kPresets) known += (known.empty() ? "" : ", ") + std::string(preset.name);
  throw Error(ErrorCode::invalid_argument, "unknown camera preset '" + name + "'; known ones: " + known);
}

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

CameraPose between(const CameraPose& a, const CameraPose& b, float t) {
  const auto mix = [t](const Vec3& p, const Vec3& q) {
    return Vec3{std::lerp(p.x, q.x, t), std::lerp(p.y, q.y, t), std::lerp(p.z, q.z, t)};
  };
  // Zooming evenly is multiplying evenly. A quotient of floats may be too large for one.
  const double zoom_ratio = static_cast<double>(b.zoom) / static_cast<double>(a.zoom);
  return {mix(a.position, b.position), mix(a.look_at, b.look_at), mix(a.up, b.up),
          static_cast<float>(static_cast<double>(a.zoom) * std::pow(zoom_ratio, static_cast<double>(t)))};
}

// The same path with its movement scaled: 0 stays at the photo's own place.
CameraPath scaled(const CameraPath& path, const PathSpace& space, float amount) {
  const CameraPose rest{{0, 0, 0}, {0, 0, space.focus_metres}, {0, -1, 0}, 1};
  CameraPath result;
  result.reserve(path.size());
  for (const CameraPose& pose : path) result.push_back(between(rest, pose, amount));
  return result;
}

enum Side { kLeft, kRight, kTop, kBottom };

// How much further the view must be zoomed in so that a point of the photo's border leaves it.
float zoom_to_hide(const View& view, const Vec3& point, Side side) {
  constexpr float kNoZoomHelps = 1e3f;
  const ScreenVertex at = view.project(point);
  if (!(at.inv_z > 0)) return 1;
  const bool horizontal = side == kLeft || side == kRight;
  const float center = horizontal ? view.center_x : view.center_y;
  const auto size = static_cast<float>(horizontal ? view.width : view.height);
  const float outwards = (horizontal ? at.x : at.y) - center;
  const bool low_side = side == kLeft || side == kTop;
  const float distance = low_side ? -outwards : outwards, half = low_side ? center : size - center;
  return distance > 1e-3f * size ? half / distance : kNoZoomHelps;
}

}  // namespace

std::vector<CameraPreset> camera_presets() {
  std::vector<CameraPreset> presets;
  presets.reserve(kPresets.size());
  for (const Preset& preset : kPresets) presets.push_back({preset.name, preset.description});
  return presets;
}

CameraPath preset_path(const CameraPathOptions& options, const PathSpace& space) {
  const Preset& preset = find_preset(options.preset);
  const float frames = options.duration_seconds * options.frames_per_second;
  if (!(options.duration_seconds > 0) || !(options.frames_per_second > 0) || !(frames >= 0.5f) ||
      !(frames < 1e6f))
    throw Error(ErrorCode::invalid_argument,
                "a camera path needs a duration and a frame rate above 0, and under a million frames");
  constexpr float kMostStrength = 1000;
  if (!(std::abs(options.strength) <= kMostStrength))
    throw Error(ErrorCode::invalid_argument, "a camera path's strength must lie between -1000 and 1000");
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
      throw Error(ErrorCode::invalid_argument, "the times of a camera path's key frames must grow");
  for (const CameraKeyframe& keyframe : keyframes) check_pose(keyframe.pose);
  const float start = keyframes.front().time_seconds, duration = keyframes.back().time_seconds - start;
  const float frames = duration * frames_per_second;
  if (!(frames_per_second > 0) || !(frames < 1e6f))
    throw Error(ErrorCode::invalid_argument,
                "a camera path needs a frame rate above 0, and under a million frames");
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
    path.push_back(between(from.pose, to.pose, eased(t, from.easing)));
  }
  return path;
}

float needed_zoom(const CameraPath& path, const PathSpace& space) {
  constexpr int kPointsAlong = 5;
  const Intrinsics& photo = space.intrinsics;
  std::array<std::vector<Vec3>, 4> points = space.border_points;
  for (int i = 0; i < kPointsAlong && space.background_metres > 0; ++i) {
    const float along = static_cast<float>(i) / (kPointsAlong - 1);
    const auto w = static_cast<float>(photo.width), h = static_cast<float>(photo.height);
    points[kLeft].push_back(photo.unproject(0, along * h, space.background_metres));
    points[kRight].push_back(photo.unproject(w, along * h, space.background_metres));
    points[kTop].push_back(photo.unproject(along * w, 0, space.background_metres));
    points[kBottom].push_back(photo.unproject(along * w, h, space.background_metres));
  }
  float zoom = 1;
  for (const CameraPose& pose : path) {
    const View view = make_view(pose, photo, photo.width, photo.height);
    for (const Side side : {kLeft, kRight, kTop, kBottom})
      for (const Vec3& point : points[side]) zoom = std::max(zoom, zoom_to_hide(view, point, side));
  }
  return zoom;
}

void limit_path(CameraPath& path, const PathSpace& space) {
  constexpr float kMostZoom = 1.25f;
  constexpr int kBisections = 10;
  float zoom = needed_zoom(path, space);
  if (zoom > kMostZoom) {
    float low = 0, high = 1;
    for (int i = 0; i < kBisections; ++i) {
      const float middle = (low + high) / 2;
      (needed_zoom(scaled(path, space, middle), space) > kMostZoom ? high : low) = middle;
    }
    path = scaled(path, space, low);
    zoom = needed_zoom(path, space);
  }
  for (CameraPose& pose : path) pose.zoom *= zoom;
}

}  // namespace portrait_depth
