#include "camera_views.hpp"

#include "photo3d/path_limits.hpp"
#include "render/view.hpp"

namespace portrait_depth::people {

CameraView view_of(const CameraPose& pose, const Intrinsics& photo) {
  const View view = make_view(pose, photo, photo.width, photo.height);
  const auto& [right, down, forward] = view.view_from_photo;
  return {{right, down, forward},
          view.position,
          {view.focal_x, view.focal_y, view.center_x, view.center_y, photo.width, photo.height}};
}

std::vector<CameraPose> preset_poses(const std::string& preset, int count, const Intrinsics& photo,
                                     float head_metres, float background_metres) {
  PathSpace space;
  space.intrinsics = photo;
  space.focus_metres = head_metres;
  space.background_metres = background_metres;
  CameraPathOptions options;
  options.preset = preset;
  options.duration_seconds = 1;
  options.frames_per_second = static_cast<float>(count);
  CameraPath path = preset_path(options, space);
  limit_path(path, space);
  return path;
}

}  // namespace portrait_depth::people
