#include "camera/gravity.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "portrait_depth/error.hpp"

namespace portrait_depth {
namespace {

constexpr float kPi = std::numbers::pi_v<float>;
constexpr float kLeastGravity = 0.9f, kMostGravity = 1.1f;
/// A camera that points almost straight up or down has no measurable roll.
constexpr float kLeastGravityInPicture = 0.1f;

/// False for NaN.
bool is_within(float number, float most) {
  return std::abs(number) <= most;
}

}  // namespace

float radians_from_degrees(float degrees) {
  return degrees * (kPi / 180);
}

float degrees_from_radians(float radians) {
  return radians * (180 / kPi);
}

Vec3 gravity_direction(std::optional<float> pitch, float roll) {
  constexpr float kRounding = 1e-5f;  // of degrees that the caller has converted
  if (!is_within(pitch.value_or(0), kPi / 2 + kRounding))
    throw Error(ErrorCode::invalid_argument, "the camera's pitch must be -pi/2 to pi/2 radians");
  if (!is_within(roll, kPi + kRounding))
    throw Error(ErrorCode::invalid_argument, "the camera's roll must be -pi to pi radians");
  if (!pitch) return {};
  const float in_picture = std::cos(*pitch);
  return {in_picture * std::sin(roll), in_picture * std::cos(roll), -std::sin(*pitch)};
}

std::optional<bool> is_front_camera(std::string_view lens_model) {
  const auto contains = [&](std::string_view word) {
    return lens_model.find(word) != std::string_view::npos;
  };
  if (!contains("camera") || contains(" front ") == contains(" back ")) return std::nullopt;
  return contains(" front ");
}

std::optional<CameraTilt> tilt_of_phone(const Vec3& gravity, bool is_front_camera) {
  const float length = std::hypot(gravity.x, gravity.y, gravity.z);
  if (!(length >= kLeastGravity && length <= kMostGravity)) return std::nullopt;
  // Seen by the front camera, the sides of the screen are exchanged, and the axis comes out of the screen.
  const float right = is_front_camera ? -gravity.x : gravity.x, down = -gravity.y;
  const float ahead = is_front_camera ? gravity.z : -gravity.z;
  CameraTilt tilt{.pitch = -std::asin(std::clamp(ahead / length, -1.0f, 1.0f))};
  if (std::hypot(right, down) < kLeastGravityInPicture) return tilt;
  constexpr float kQuarterTurn = kPi / 2;
  const float turn = std::atan2(right, down);
  tilt.roll = turn - kQuarterTurn * std::round(turn / kQuarterTurn);
  return tilt;
}

std::optional<CameraTilt> tilt_of_phone(const std::optional<std::array<float, 3>>& gravity,
                                        std::string_view lens_model) {
  const auto is_front = is_front_camera(lens_model);
  if (!is_front || !gravity) return std::nullopt;
  const auto [x, y, z] = *gravity;
  return tilt_of_phone(Vec3{x, y, z}, *is_front);
}

}  // namespace portrait_depth
