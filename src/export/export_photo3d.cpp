// From a 3D photo to the plain data that the writers take.
#include <utility>

#include "portrait_depth/export.hpp"

namespace portrait_depth {

SceneView scene_of(const Photo3D& photo) {
  return {&photo.person_mesh(),        &photo.person_texture(), &photo.background_mesh(),
          &photo.background_texture(), photo.intrinsics(),      photo.focus_metres()};
}

void export_photo3d(const Photo3D& photo, const std::filesystem::path& path, ExportOptions options) {
  if (options.path.empty())
    options.path = photo.camera_path(CameraPathOptions{.frames_per_second = options.frames_per_second});
  export_scene(scene_of(photo), path, options);
}

}  // namespace portrait_depth
