// From the photo's camera space (x right, y down, z away) to glTF's (x right, y up, z toward the viewer).
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "portrait_depth/camera.hpp"
#include "portrait_depth/camera_path.hpp"

namespace portrait_depth {

/// Half a turn about x, so that a right-handed frame stays right-handed. The principal point of glTF's
/// cameras is the picture's center. If the photo's is elsewhere, points are sheared along z, so that the view
/// from the camera's place is exactly the photo's.
class GltfFromPhoto {
 public:
  explicit GltfFromPhoto(const Intrinsics& camera)
      : shear_x_((camera.cx - static_cast<float>(camera.width) / 2) / camera.fx),
        shear_y_((camera.cy - static_cast<float>(camera.height) / 2) / camera.fy) {}
  Vec3 operator()(const Vec3& p) const { return {p.x + shear_x_ * p.z, -(p.y + shear_y_ * p.z), -p.z}; }

 private:
  float shear_x_, shear_y_;
};

/// Orders the corners of triangles counter-clockwise as seen from the origin: that side is the front in glTF
/// and for most readers of PLY. `positions` are in glTF's space.
void face_the_camera(std::span<const Vec3> positions, std::span<std::uint32_t> triangles);

/// A glTF node's position and rotation; the quaternion is x, y, z, w.
struct NodePose {
  Vec3 translation;
  std::array<float, 4> rotation = {0, 0, 0, 1};
};

/// The camera node for a pose; zoom becomes a movement toward look_at (see export_photo3d).
NodePose camera_node(const CameraPose& pose, const GltfFromPhoto& gltf_from_photo);

}  // namespace portrait_depth
