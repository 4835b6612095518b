// A virtual camera for one size of frame: what turns points of the photo's space into samples of the frame.
#pragma once

#include <array>
#include <cmath>

#include "photo3d/rasteriser.hpp"
#include "portrait_depth/camera.hpp"
#include "portrait_depth/photo3d.hpp"

namespace portrait_depth {

inline Vec3 operator+(const Vec3& a, const Vec3& b) {
  return {a.x + b.x, a.y + b.y, a.z + b.z};
}
inline Vec3 operator-(const Vec3& a, const Vec3& b) {
  return {a.x - b.x, a.y - b.y, a.z - b.z};
}
inline Vec3 operator*(float s, const Vec3& v) {
  return {s * v.x, s * v.y, s * v.z};
}
inline float dot(const Vec3& a, const Vec3& b) {
  return a.x * b.x + a.y * b.y + a.z * b.z;
}
inline Vec3 cross(const Vec3& a, const Vec3& b) {
  return {a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x};
}

inline bool is_finite(const Vec3& v) {
  return std::isfinite(v.x) && std::isfinite(v.y) && std::isfinite(v.z);
}

/// The frame shows the photo's rectangle cropped about its middle to the frame's aspect, when the camera is
/// the photo's.
struct View {
  std::array<Vec3, 3> view_from_photo;  ///< Rows of the rotation: the view's x, y and z axes.
  Vec3 position;                        ///< Of the camera, photo space, metres.
  float focal_x = 0, focal_y = 0;       ///< Pixels of the frame.
  float centre_x = 0, centre_y = 0;
  int width = 0, height = 0;

  /// In pixels of the frame; inv_z is 0 at and behind the camera.
  ScreenVertex project(const Vec3& point) const {
    const Vec3 from_camera = point - position;
    const float z = dot(view_from_photo[2], from_camera);
    if (!(z > 1e-4f)) return {0, 0, 0};
    const float inv_z = 1 / z;
    return {focal_x * dot(view_from_photo[0], from_camera) * inv_z + centre_x,
            focal_y * dot(view_from_photo[1], from_camera) * inv_z + centre_y, inv_z};
  }
  /// The direction from the camera through a point of the frame, photo space, not of unit length.
  Vec3 ray(float x, float y) const {
    return (x - centre_x) / focal_x * view_from_photo[0] + (y - centre_y) / focal_y * view_from_photo[1] +
           view_from_photo[2];
  }
};

/// Throws ErrorCode::invalid_argument unless all numbers are finite and the zoom is above 0.
void check_pose(const CameraPose& pose);

/// The rows of the rotation into the camera's own space: right, down and forward, unit vectors. A camera that
/// looks at its own place looks along z; where up lies along its view or is nothing, the photo's up, or its
/// right, takes its place.
std::array<Vec3, 3> camera_axes(const CameraPose& pose);

View make_view(const CameraPose& pose, const Intrinsics& photo, int width, int height);

}  // namespace portrait_depth
