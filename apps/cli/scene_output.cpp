#include "scene_output.hpp"

#include <algorithm>
#include <string>

#include "portrait_depth/export.hpp"

namespace portrait_depth::cli {
namespace {

bool zooms(const CameraPath& path) {
  constexpr float kHardlySeen = 1.005f;
  const auto [least, most] = std::minmax_element(
      path.begin(), path.end(), [](const CameraPose& a, const CameraPose& b) { return a.zoom < b.zoom; });
  return most->zoom > least->zoom * kHardlySeen;
}

}  // namespace

void write_scene(const Photo3D& photo3d, const CameraPath& path, const Photo3DJob& job, Report& report) {
  report.stage("write", 1.0);
  ExportOptions scene;
  scene.path = path;
  scene.frames_per_second = job.frames_per_second;
  scene.format = job.format;
  export_photo3d(photo3d, job.output, scene);
  const bool has_camera = job.kind == Photo3DKind::scene;
  if (has_camera && !job.has_scene_zoom && zooms(path))
    report.note(
        "glTF's cameras cannot zoom: the path's zoom became a movement toward the point in view, and a dolly "
        "zoom is a still picture; html and films show the zoom");
  const std::size_t triangles = photo3d.person_mesh().indices.size() / 3;
  report.facts["triangles"] = triangles;
  report.text = std::to_string(triangles) + " triangles";
  if (has_camera) report.text += ", " + std::to_string(path.size()) + " camera poses";
}

}  // namespace portrait_depth::cli
