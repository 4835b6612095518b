#include "photo3d/head_in_view.hpp"

#include <algorithm>
#include <optional>

#include "camera/intrinsics.hpp"
#include "camera/vector.hpp"
#include "photo3d/border_side.hpp"
#include "portrait_depth/segmentation.hpp"
#include "render/view.hpp"

namespace portrait_depth {
namespace {

constexpr float kHeadReachMetres = 0.22f;  // a head without its chin: shoulders do not count

// How much larger the pose shows the plane in focus: 1 - 1 / enlargement, negative if smaller. The camera's
// way along its axis has the same proportion to the plane's distance.
float approach(const CameraPose& pose, float focus_metres) {
  return 1 - (focus_metres - pose.position.z) / (focus_metres * pose.zoom);
}

// A point's distance from a side of the frame, a share of the frame, and the frame's length that way in
// metres at the point's distance. Points at and behind the camera are in the middle.
struct Inside {
  float share = 0.5f, frame_metres = 0;
};

Inside inside(const View& view, const Vec3& point, BorderSide side) {
  const ScreenVertex at = view.project(point);
  if (!(at.inv_z > 0)) return {};
  const auto width = static_cast<float>(view.width), height = static_cast<float>(view.height);
  const float at_side = is_across(side) ? at.x / width : at.y / height;
  return {is_high(side) ? 1 - at_side : at_side,
          is_across(side) ? width / (view.focal_x * at.inv_z) : height / (view.focal_y * at.inv_z)};
}

// How far, in metres, the camera has to move toward the end of a head so that it is as far inside the frame
// as in the photo, or 1 % of the frame.
float missing_metres(const View& view, const View& still, const std::optional<Vec3>& end, BorderSide side) {
  constexpr float kMargin = 0.01f;
  if (!end) return 0;
  const Inside now = inside(view, *end, side);
  return std::max(0.0f, std::min(inside(still, *end, side).share, kMargin) - now.share) * now.frame_metres;
}

}  // namespace

HeadEnds find_head_ends(PlaneView<const float> alpha, const Intrinsics& camera, float head_metres) {
  const auto middle = [](int pixel) { return static_cast<float>(pixel) + 0.5f; };
  HeadEnds ends;
  const float rows = kHeadReachMetres * camera.fy / head_metres;
  const int rows_of_head =
      static_cast<int>(std::clamp(rows, 1.0f, static_cast<float>(std::max(1, alpha.height()))));
  int top = -1, left = alpha.width(), right = -1, left_row = 0, right_row = 0;
  for (int y = 0; y < alpha.height() && (top < 0 || y < top + rows_of_head); ++y)
    for (int x = 0; x < alpha.width(); ++x) {
      if (alpha(x, y) < kPersonMask) continue;
      if (top < 0) {
        top = y;
        if (y > 0) ends.top = camera.unproject(middle(x), static_cast<float>(y), head_metres);
      }
      if (x < left) left = x, left_row = y;
      if (x > right) right = x, right_row = y;
    }
  if (top >= 0 && left > 0)
    ends.left = camera.unproject(static_cast<float>(left), middle(left_row), head_metres);
  if (right >= 0 && right + 1 < alpha.width())
    ends.right = camera.unproject(static_cast<float>(right + 1), middle(right_row), head_metres);
  return ends;
}

void keep_head_in_view(CameraPath& path, const PathSpace& space) {
  constexpr float kLeastApproach = 1e-3f;
  const Intrinsics& photo = space.intrinsics;
  const View still = make_view(rest_pose(space), photo, photo.width, photo.height);
  float up = 0, to_left = 0, to_right = 0;  // metres for an approach of 1
  for (const CameraPose& pose : path) {
    const float share = approach(pose, space.focus_metres);
    if (share < kLeastApproach) continue;
    const View view = make_view(pose, photo, photo.width, photo.height);
    const auto needed = [&](const std::optional<Vec3>& end, BorderSide side) {
      return missing_metres(view, still, end, side) / share;
    };
    up = std::max(up, needed(space.head.top, BorderSide::top));
    to_left = std::max(to_left, needed(space.head.left, BorderSide::left));
    to_right = std::max(to_right, needed(space.head.right, BorderSide::right));
  }
  // A head that does not fit is cropped by as much on both sides.
  const bool does_not_fit = to_left > 0 && to_right > 0;
  const Vec3 whole = {(to_right - to_left) * (does_not_fit ? 0.5f : 1.0f), -up, 0};
  for (CameraPose& pose : path) {
    const Vec3 moved = approach(pose, space.focus_metres) * whole;
    pose.position = pose.position + moved;
    pose.look_at = pose.look_at + moved;
  }
}

}  // namespace portrait_depth
