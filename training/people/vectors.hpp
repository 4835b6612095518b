// Small vectors, rotations and rigid moves.
#pragma once

#include <algorithm>
#include <cmath>
#include <numbers>

#include "portrait_depth/camera.hpp"

namespace portrait_depth::people {

using portrait_depth::Vec3;

struct Vec2 {
  float x = 0, y = 0;
};

inline Vec2 operator+(Vec2 a, Vec2 b) {
  return {a.x + b.x, a.y + b.y};
}
inline Vec2 operator-(Vec2 a, Vec2 b) {
  return {a.x - b.x, a.y - b.y};
}
inline Vec2 operator*(Vec2 a, float s) {
  return {a.x * s, a.y * s};
}

inline Vec3 operator+(Vec3 a, Vec3 b) {
  return {a.x + b.x, a.y + b.y, a.z + b.z};
}
inline Vec3 operator-(Vec3 a, Vec3 b) {
  return {a.x - b.x, a.y - b.y, a.z - b.z};
}
inline Vec3 operator-(Vec3 a) {
  return {-a.x, -a.y, -a.z};
}
inline Vec3 operator*(Vec3 a, float s) {
  return {a.x * s, a.y * s, a.z * s};
}
inline Vec3 operator*(Vec3 a, Vec3 b) {
  return {a.x * b.x, a.y * b.y, a.z * b.z};
}
inline Vec3& operator+=(Vec3& a, Vec3 b) {
  return a = a + b;
}
inline float dot(Vec3 a, Vec3 b) {
  return a.x * b.x + a.y * b.y + a.z * b.z;
}
inline Vec3 cross(Vec3 a, Vec3 b) {
  return {a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x};
}
inline float length(Vec3 a) {
  return std::sqrt(dot(a, a));
}
inline Vec3 normalized(Vec3 a) {
  const float l = length(a);
  return l > 0 ? a * (1.0f / l) : Vec3{0, 0, 0};
}
inline Vec3 mix(Vec3 a, Vec3 b, float t) {
  return a + (b - a) * t;
}
inline float mix(float a, float b, float t) {
  return a + (b - a) * t;
}
inline float smoothstep(float low, float high, float x) {
  const float t = std::clamp((x - low) / (high - low), 0.0f, 1.0f);
  return t * t * (3 - 2 * t);
}
/// 1 where `value` is below `limit`, 0 above, soft by `soft` either side.
inline float below(float value, float limit, float soft) {
  return 1 - smoothstep(limit - soft, limit + soft, value);
}
inline float above(float value, float limit, float soft) {
  return smoothstep(limit - soft, limit + soft, value);
}
inline float radians(float degrees) {
  return degrees * (std::numbers::pi_v<float> / 180.0f);
}
inline float degrees(float radian) {
  return radian * (180.0f / std::numbers::pi_v<float>);
}

/// A 3x3 matrix by rows; here always a rotation.
struct Mat3 {
  Vec3 x{1, 0, 0}, y{0, 1, 0}, z{0, 0, 1};
};

inline Vec3 operator*(const Mat3& m, Vec3 v) {
  return {dot(m.x, v), dot(m.y, v), dot(m.z, v)};
}
inline Mat3 transposed(const Mat3& m) {
  return {{m.x.x, m.y.x, m.z.x}, {m.x.y, m.y.y, m.z.y}, {m.x.z, m.y.z, m.z.z}};
}
inline Mat3 operator*(const Mat3& a, const Mat3& b) {
  const Mat3 t = transposed(b);
  return {{dot(a.x, t.x), dot(a.x, t.y), dot(a.x, t.z)},
          {dot(a.y, t.x), dot(a.y, t.y), dot(a.y, t.z)},
          {dot(a.z, t.x), dot(a.z, t.y), dot(a.z, t.z)}};
}

/// Right-handed rotation by `angle` radians about the unit vector `axis` (Rodrigues' formula).
inline Mat3 rotation(Vec3 axis, float angle) {
  const float c = std::cos(angle), s = std::sin(angle), t = 1 - c;
  const auto [x, y, z] = axis;
  return {{t * x * x + c, t * x * y - s * z, t * x * z + s * y},
          {t * x * y + s * z, t * y * y + c, t * y * z - s * x},
          {t * x * z - s * y, t * y * z + s * x, t * z * z + c}};
}

/// The shortest rotation that takes the unit vector `from` to the unit vector `to`.
inline Mat3 rotation_between(Vec3 from, Vec3 to) {
  const Vec3 axis = cross(from, to);
  const float sine = length(axis), cosine = dot(from, to);
  if (sine < 1e-6f) {
    if (cosine > 0) return {};
    const Vec3 side = std::abs(from.x) < 0.9f ? Vec3{1, 0, 0} : Vec3{0, 1, 0};
    return rotation(normalized(cross(from, side)), std::numbers::pi_v<float>);
  }
  return rotation(axis * (1 / sine), std::atan2(sine, cosine));
}

/// `share` of the rotation `m` about its own axis.
inline Mat3 part_of(const Mat3& m, float share) {
  const float cosine = std::clamp((m.x.x + m.y.y + m.z.z - 1) * 0.5f, -1.0f, 1.0f);
  const Vec3 axis{m.z.y - m.y.z, m.x.z - m.z.x, m.y.x - m.x.y};
  if (length(axis) < 1e-6f) return {};
  return rotation(normalized(axis), std::acos(cosine) * share);
}

/// Turns, then moves: p -> rotation * p + offset.
struct Rigid {
  Mat3 rotation;
  Vec3 offset;
  Vec3 apply(Vec3 p) const { return rotation * p + offset; }
};

/// A rotation about a point that goes to another point.
inline Rigid turn_about(const Mat3& rotation, Vec3 from, Vec3 to) {
  return {rotation, to - rotation * from};
}

}  // namespace portrait_depth::people
