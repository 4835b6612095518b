// From the photo's camera space (x right, y down, z away) to glTF's (x right, y up, z toward the viewer).
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "portrait_depth/camera.hpp"
#include "portrait_depth/camera_path.hpp"

namespace portrait_depth {

/// Half a turn about x, so a right-handed frame stays one. glTF's cameras look through the middle of their
/// picture; where the photo's camera does not, points are sheared along z so that the view from its place is
/// exactly the photo's.
class GltfFromPhoto {
 public:
  explicit GltfFromPhoto(const Intrinsics& camera)
      : shear_x_((camera.cx - static_cast<float>(camera.width) / 2) / camera.fx),
        shear_y_((camera.cy - static_cast<float>(camera.height) / 2) / camera.fy) {}
  Vec3 operator()(const Vec3& p) const { return {p.x + shear_x_ * p.z, -(p.y + shear_y_ * p.z), -p.z}; }

 private:
  float shear_x_, shear_y_;
};

/// Turns triangles round so that their corners run counter-clockwise as a camera at the origin sees them: the
/// front, in glTF and to most readers of PLY. `positions` are glTF's.
void face_the_camera(std::span<const Vec3> positions, std::span<std::uint32_t> triangles);

/// A node's place and turn as glTF wants them; the quaternion is x, y, z, w.
struct NodePose {
  Vec3 translation;
  std::array<float, 4> rotation = {0, 0, 0, 1};
};

/// The camera node for a pose; zoom becomes a move toward look_at (see export_photo3d).
NodePose camera_node(const CameraPose& pose, const GltfFromPhoto& gltf_from_photo);

}  // namespace portrait_depth
