// A virtual camera for one frame size: projects points of the photo's space into the frame.
#pragma once

#include <array>

#include "camera/vector.hpp"
#include "portrait_depth/camera.hpp"
#include "portrait_depth/camera_path.hpp"
#include "render/rasterizer.hpp"

namespace portrait_depth {

/// With the photo's own camera, the frame shows the photo's rectangle, cropped around its middle to the
/// frame's aspect ratio.
struct View {
  std::array<Vec3, 3> view_from_photo;  ///< Rows of the rotation: the view's x, y and z axes.
  Vec3 position;                        ///< Of the camera, photo space, metres.
  float focal_x = 0, focal_y = 0;       ///< Pixels of the frame.
  float center_x = 0, center_y = 0;
  int width = 0, height = 0;

  /// In pixels of the frame; inv_z is 0 for points at and behind the camera.
  ScreenVertex project(const Vec3& point) const {
    const Vec3 from_camera = point - position;
    const float z = dot(view_from_photo[2], from_camera);
    constexpr float kNearestVisible = 1e-4f;  // metres
    if (!(z > kNearestVisible)) return {0, 0, 0};
    const float inv_z = 1 / z;
    return {focal_x * dot(view_from_photo[0], from_camera) * inv_z + center_x,
            focal_y * dot(view_from_photo[1], from_camera) * inv_z + center_y, inv_z};
  }
  /// The direction from the camera through a point of the frame, photo space, not of unit length.
  Vec3 ray(float x, float y) const {
    return (x - center_x) / focal_x * view_from_photo[0] + (y - center_y) / focal_y * view_from_photo[1] +
           view_from_photo[2];
  }
};

View make_view(const CameraPose& pose, const Intrinsics& photo, int width, int height);

}  // namespace portrait_depth
