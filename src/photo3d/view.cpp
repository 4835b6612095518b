#include "photo3d/view.hpp"

#include <algorithm>
#include <cmath>

namespace portrait_depth {
namespace {

Vec3 normalised(const Vec3& v, const Vec3& otherwise) {
  const float length = std::sqrt(dot(v, v));
  return length > 1e-9f ? (1 / length) * v : otherwise;
}

}  // namespace

void check_pose(const CameraPose& pose) {
  for (const Vec3& v : {pose.position, pose.look_at, pose.up})
    if (!is_finite(v))
      throw Error(ErrorCode::invalid_argument, "a camera's position, look_at and up must be finite numbers");
  if (!std::isfinite(pose.zoom) || pose.zoom <= 0)
    throw Error(ErrorCode::invalid_argument, "a camera's zoom must be a finite number above 0");
}

View make_view(const CameraPose& pose, const Intrinsics& photo, int width, int height) {
  View view;
  const Vec3 forward = normalised(pose.look_at - pose.position, {0, 0, 1});
  const Vec3 right = normalised(cross(forward, pose.up), {1, 0, 0});  // up is -y, so this is +x
  view.view_from_photo = {right, cross(forward, right), forward};
  view.position = pose.position;
  view.width = width;
  view.height = height;
  const float scale = std::max(static_cast<float>(width) / static_cast<float>(photo.width),
                               static_cast<float>(height) / static_cast<float>(photo.height));
  view.focal_x = photo.fx * scale * pose.zoom;
  view.focal_y = photo.fy * scale * pose.zoom;
  view.centre_x = static_cast<float>(width) / 2 + (photo.cx - static_cast<float>(photo.width) / 2) * scale;
  view.centre_y = static_cast<float>(height) / 2 + (photo.cy - static_cast<float>(photo.height) / 2) * scale;
  return view;
}

}  // namespace portrait_depth
