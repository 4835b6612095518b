#include "render/view.hpp"

#include <algorithm>

#include "camera/pose.hpp"

namespace portrait_depth {

View make_view(const CameraPose& pose, const Intrinsics& photo, int width, int height) {
  View view;
  view.view_from_photo = camera_axes(pose);
  view.position = pose.position;
  view.width = width;
  view.height = height;
  const float scale = std::max(static_cast<float>(width) / static_cast<float>(photo.width),
                               static_cast<float>(height) / static_cast<float>(photo.height));
  view.focal_x = photo.fx * scale * pose.zoom;
  view.focal_y = photo.fy * scale * pose.zoom;
  view.center_x = static_cast<float>(width) / 2 + (photo.cx - static_cast<float>(photo.width) / 2) * scale;
  view.center_y = static_cast<float>(height) / 2 + (photo.cy - static_cast<float>(photo.height) / 2) * scale;
  return view;
}

}  // namespace portrait_depth
