#include "camera/pose.hpp"

#include <cmath>

#include "camera/intrinsics.hpp"
#include "camera/vector.hpp"
#include "portrait_depth/error.hpp"

namespace portrait_depth {
namespace {

// In double: squares of very large and very small floats exceed the range of a float.
struct Direction {
  double x, y, z;

  explicit Direction(const Vec3& v)
      : x(static_cast<double>(v.x)), y(static_cast<double>(v.y)), z(static_cast<double>(v.z)) {}
  Direction(double along_x, double along_y, double along_z) : x(along_x), y(along_y), z(along_z) {}
  Vec3 rounded() const { return {static_cast<float>(x), static_cast<float>(y), static_cast<float>(z)}; }
};

Direction operator-(const Direction& a, const Direction& b) {
  return {a.x - b.x, a.y - b.y, a.z - b.z};
}
Direction cross(const Direction& a, const Direction& b) {
  return {a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x};
}
double length(const Direction& v) {
  return std::sqrt(v.x * v.x + v.y * v.y + v.z * v.z);
}
Direction normalized(const Direction& v, const Direction& otherwise) {
  const double size = length(v);
  return size > 0 ? Direction(v.x / size, v.y / size, v.z / size) : otherwise;
}

// Unit vector to the right of one that looks forward. An up without a direction of its own is replaced by
// another axis.
Direction right_of(const Direction& forward, const Direction& up) {
  constexpr double kLeastSine = 1e-6;
  const Direction photo_up(0, -1, 0), photo_right(1, 0, 0);
  for (const Direction& axis : {normalized(up, photo_up), photo_up}) {
    const Direction right = cross(forward, axis);
    if (length(right) > kLeastSine) return normalized(right, photo_right);
  }
  return photo_right;
}

}  // namespace

void check_pose(const CameraPose& pose) {
  for (const Vec3& v : {pose.position, pose.look_at, pose.up})
    if (!is_finite(v))
      throw Error(ErrorCode::invalid_argument, "a camera's position, look_at and up must be finite numbers");
  if (!is_positive(pose.zoom))
    throw Error(ErrorCode::invalid_argument, "a camera's zoom must be a finite number above 0");
}

std::array<Vec3, 3> camera_axes(const CameraPose& pose) {
  const Direction forward =
      normalized(Direction(pose.look_at) - Direction(pose.position), Direction(0, 0, 1));
  const Direction right = right_of(forward, Direction(pose.up));
  return {right.rounded(), cross(forward, right).rounded(), forward.rounded()};
}

}  // namespace portrait_depth
