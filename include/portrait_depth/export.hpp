// A 3D photo in the formats that other people's programs open: glTF, PLY, a web page, stereo pictures,
// quilts.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "portrait_depth/camera_path.hpp"
#include "portrait_depth/image.hpp"
#include "portrait_depth/photo3d.hpp"
#include "portrait_depth/scene.hpp"
#include "portrait_depth/thread_pool.hpp"
#include "portrait_depth/visibility.hpp"

namespace portrait_depth {

/// The parts of a 3D photo; valid as long as it is.
PORTRAIT_DEPTH_API SceneView scene_of(const Photo3D& photo);

/// One scene format.
struct ExportFormat {
  std::string extension, description;  ///< The extension without its dot.
  bool has_camera = false;             ///< The file stores the camera path.
  bool has_zoom = false;               ///< The stored path keeps its zoom.
};
/// The formats of export_photo3d.
PORTRAIT_DEPTH_API std::vector<ExportFormat> export_formats();

/// Writes `path` whole or not at all; the extension decides:
/// - glb: glTF 2.0 (right-handed, y up, metres), meshes with unlit materials, a camera `photo` with the view
///   of the photo and, if there is a path, an animated one `path`. glTF's cameras cannot zoom in an
///   animation: the path's smallest zoom is the camera's own, what a pose has beyond it becomes a move
///   toward the look_at point that magnifies what stands there as much (a dolly zoom stands still).
/// - ply: binary little-endian; positions in metres (y up, as in glTF), RGBA colors of vertices that stand
/// close
///   enough to show the picture, triangles.
/// - html: one page that needs nothing else and no network; moves with mouse, touch, gyroscope, arrow keys
///   and on its own.
/// Throws ErrorCode::unsupported for other extensions and names these; ErrorCode::no_person for a scene with
/// nobody in it; ErrorCode::invalid_argument for a
/// scene without a person's mesh and texture that fit each other, for numbers that are not finite, for frames
/// a second, zooms or focal lengths that are not above 0; ErrorCode::unwritable.
PORTRAIT_DEPTH_API void export_photo3d(const Photo3D& photo, const std::filesystem::path& path,
                                       ExportOptions options = {});
PORTRAIT_DEPTH_API void export_scene(const SceneView& scene, const std::filesystem::path& path,
                                     const ExportOptions& options = {});

/// How the views of several eyes share one picture.
enum class StereoLayout {
  side_by_side,  ///< Left eye's view on the left.
  anaglyph,      ///< For red (left) and cyan glasses.
  quilt,         ///< Views from left to right, the first at the lower left, for Looking Glass' displays.
};

struct StereoOptions {
  StereoLayout layout = StereoLayout::side_by_side;
  float strength = 1.0f;      ///< Multiplies the distance between the eyes.
  int columns = 8, rows = 6;  ///< Of a quilt.
};

/// Draws the views around `camera` into `frame`, each width x height: side by side 2 width x height, an
/// anaglyph width x height, a quilt columns x rows of them. The eyes look in parallel and their pictures meet
/// at the head's distance, so that nothing is higher in one than in the other. Their distance follows the
/// head's (1/30 of it; a quilt takes all that the photo can show), limited as the camera presets are. Throws
/// ErrorCode::invalid_argument for a transparent background, a size or a number of views below 1, a camera
/// that Photo3D::render() refuses, eyes so far apart that hardly anything of a view would be left;
/// ErrorCode::too_large for a picture of 2^31 pixels.
PORTRAIT_DEPTH_API void render_stereo(const Photo3D& photo, const CameraPose& camera, int width, int height,
                                      const StereoOptions& options, Image& frame, ThreadPool& threads);

/// Looking Glass' naming of quilts: portrait.png becomes portrait_qs8x6a0.75.png, where 0.75 is a view's
/// width over its height. A name that says so already stays.
PORTRAIT_DEPTH_API std::filesystem::path quilt_path(const std::filesystem::path& path, int columns, int rows,
                                                    float aspect);

}  // namespace portrait_depth
