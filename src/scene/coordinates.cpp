#include "scene/coordinates.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "camera/pose.hpp"
#include "camera/vector.hpp"

namespace portrait_depth {
namespace {

// The quaternion of the rotation with these columns: J. Shepperd, Quaternion from Rotation Matrix, 1978.
std::array<float, 4> quaternion(const Vec3& x, const Vec3& y, const Vec3& z) {
  const std::array<float, 4> squares = {1 + x.x - y.y - z.z, 1 - x.x + y.y - z.z, 1 - x.x - y.y + z.z,
                                        1 + x.x + y.y + z.z};
  const auto largest = std::max_element(squares.begin(), squares.end()) - squares.begin();
  const float root = std::sqrt(squares[static_cast<std::size_t>(largest)]), s = 0.5f / root;
  switch (largest) {
    case 0:
      return {root / 2, (y.x + x.y) * s, (z.x + x.z) * s, (y.z - z.y) * s};
    case 1:
      return {(y.x + x.y) * s, root / 2, (z.y + y.z) * s, (z.x - x.z) * s};
    case 2:
      return {(z.x + x.z) * s, (z.y + y.z) * s, root / 2, (x.y - y.x) * s};
    default:
      return {(y.z - z.y) * s, (z.x - x.z) * s, (x.y - y.x) * s, root / 2};
  }
}

}  // namespace

void face_the_camera(std::span<const Vec3> positions, std::span<std::uint32_t> triangles) {
  for (std::size_t i = 0; i + 2 < triangles.size(); i += 3) {
    const Vec3 a = positions[triangles[i]], b = positions[triangles[i + 1]], c = positions[triangles[i + 2]];
    if (dot(a, cross(b, c)) > 0) std::swap(triangles[i + 1], triangles[i + 2]);
  }
}

NodePose camera_node(const CameraPose& pose, const GltfFromPhoto& gltf_from_photo) {
  const Vec3 toward = pose.look_at - pose.position;
  const Vec3 position = pose.position + (1 - 1 / std::max(pose.zoom, 1e-3f)) * toward;
  const auto [right, down, forward] = camera_axes(pose);
  const auto flip = [](const Vec3& v) { return Vec3{v.x, -v.y, -v.z}; };
  return {gltf_from_photo(position), quaternion(flip(right), flip(-1 * down), flip(-1 * forward))};
}

}  // namespace portrait_depth
