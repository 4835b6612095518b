#include "photo3d/camera_presets.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <numbers>

#include "camera/vector.hpp"
#include "portrait_depth/error.hpp"

namespace portrait_depth {
namespace {

// The radius of `orbit` in focus distances. The original demo's camera moves on a circle of radius 0.4, at a
// distance of 10.5 from its target.
constexpr float kReach = 0.4f / 10.5f;

constexpr Vec3 kFocus = {0, 0, 1};

CameraPose looking_at_focus(const Vec3& position, float zoom = 1) {
  return {position, kFocus, {0, -1, 0}, zoom};
}

float angle(float phase) {
  return 2 * std::numbers::pi_v<float> * phase;
}
// From 0 to 1 and back, with zero speed at both ends.
float there_and_back(float phase) {
  return 0.5f - 0.5f * std::cos(angle(phase));
}

// The original's C + r (cos θ (1, 1, 0) + sin θ (0, 1, 1)), with its y up and z toward the viewer converted
// to y down and z away.
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

// The camera moves back while it zooms in: the plane in focus keeps its size, and the background grows.
CameraPose dolly_zoom(float phase, float strength) {
  const float back = std::max(0.45f * strength, -0.6f) * there_and_back(phase);
  return looking_at_focus({0, 0, -back}, 1 + back);
}

CameraPose ken_burns(float phase, float strength) {
  const float s = std::clamp(strength, -4.0f, 4.0f) * there_and_back(phase);
  const Vec3 aside = {0.9f * kReach * s, -0.5f * kReach * s, 0};
  return {aside + Vec3{0, 0, 0.06f * s}, Vec3{0.012f * s, -0.012f * s, 1}, {0, -1, 0}, 1 + 0.1f * s};
}

// Four still views: left, middle, right, middle.
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

constexpr std::array<PresetMovement, 9> kPresets = {{
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

}  // namespace

std::vector<CameraPreset> camera_presets() {
  std::vector<CameraPreset> presets;
  presets.reserve(kPresets.size());
  for (const PresetMovement& preset : kPresets) presets.push_back({preset.name, preset.description});
  return presets;
}

const PresetMovement& find_preset(const std::string& name) {
  const auto found = std::find_if(kPresets.begin(), kPresets.end(),
                                  [&](const PresetMovement& preset) { return name == preset.name; });
  if (found != kPresets.end()) return *found;
  std::string known;
  for (const PresetMovement& preset : kPresets)
    known += (known.empty() ? "" : ", ") + std::string(preset.name);
  throw Error(ErrorCode::invalid_argument, "unknown camera preset '" + name + "'; known ones: " + known);
}

}  // namespace portrait_depth
