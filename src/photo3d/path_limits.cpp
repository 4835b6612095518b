#include "photo3d/path_limits.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "photo3d/border_side.hpp"
#include "render/view.hpp"

namespace portrait_depth {
namespace {

// The same path with its movement scaled: 0 stays at the photo's own camera.
CameraPath scaled(const CameraPath& path, const PathSpace& space, float amount) {
  const CameraPose rest = rest_pose(space);
  CameraPath result;
  result.reserve(path.size());
  for (const CameraPose& pose : path) result.push_back(interpolate_poses(rest, pose, amount));
  return result;
}

// The zoom that moves a point of the photo's border to the border of the view.
float zoom_to_hide(const View& view, const Vec3& point, BorderSide side) {
  constexpr float kNoZoomHelps = 1e3f;
  constexpr float kAtCenter = 1e-3f;  // of the view's size: a zoom would not move the point
  const ScreenVertex at = view.project(point);
  if (!(at.inv_z > 0)) return 1;
  const bool horizontal = is_across(side);
  const float center = horizontal ? view.center_x : view.center_y;
  const auto size = static_cast<float>(horizontal ? view.width : view.height);
  const float outwards = (horizontal ? at.x : at.y) - center;
  const float distance = is_high(side) ? outwards : -outwards, half = is_high(side) ? size - center : center;
  return distance > kAtCenter * size ? half / distance : kNoZoomHelps;
}

}  // namespace

float needed_zoom(const CameraPath& path, const PathSpace& space) {
  constexpr int kPointsAlong = 5;  // of the background, at each border
  const Intrinsics& photo = space.intrinsics;
  std::array<std::vector<Vec3>, 4> points = space.border_points;
  for (int i = 0; i < kPointsAlong && space.background_metres > 0; ++i) {
    const float along = static_cast<float>(i) / (kPointsAlong - 1);
    const auto w = static_cast<float>(photo.width), h = static_cast<float>(photo.height);
    const float low = -space.border, high = 1 + space.border, between = low + along * (high - low);
    const auto add = [&](BorderSide side, float x, float y) {
      points[index_of(side)].push_back(photo.unproject(x * w, y * h, space.background_metres));
    };
    add(BorderSide::left, low, between);
    add(BorderSide::right, high, between);
    add(BorderSide::top, between, low);
    add(BorderSide::bottom, between, high);
  }
  float zoom = 1;
  for (const CameraPose& pose : path) {
    const View view = make_view(pose, photo, photo.width, photo.height);
    for (const BorderSide side : kBorderSides)
      for (const Vec3& point : points[index_of(side)]) zoom = std::max(zoom, zoom_to_hide(view, point, side));
  }
  return zoom;
}

void limit_path(CameraPath& path, const PathSpace& space) {
  constexpr int kBisections = 10;  // to a thousandth of the movement
  float zoom = needed_zoom(path, space);
  if (zoom > space.most_zoom) {
    float low = 0, high = 1;
    for (int i = 0; i < kBisections; ++i) {
      const float middle = (low + high) / 2;
      (needed_zoom(scaled(path, space, middle), space) > space.most_zoom ? high : low) = middle;
    }
    path = scaled(path, space, low);
    zoom = needed_zoom(path, space);
  }
  for (CameraPose& pose : path) pose.zoom *= zoom;
}

}  // namespace portrait_depth
