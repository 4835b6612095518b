// A 3D photo in the formats of other programs: glTF, PLY, a web page, stereo pictures, quilts.
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

/// Writes a 3D photo as a scene file. The extension selects the format; the file appears only once it is
/// complete.
/// - glb: glTF 2.0 (right-handed, y up, metres). Meshes have unlit materials. The camera `photo` has the view
///   of the photo; with a path, the camera `path` is animated. Cameras of glTF cannot zoom in an animation:
///   `path` has the smallest zoom of the path, and a pose with a larger zoom becomes a move toward its
///   look_at point, which is magnified as much. A dolly zoom therefore stands still.
/// - ply: binary, little-endian: positions in metres (y up, as in glTF), RGBA colors of vertices that are
/// dense
///   enough to show the picture, and triangles.
/// - html: one self-contained page that works without a network. It moves with mouse, touch, gyroscope and
///   arrow keys, and on its own.
/// Throws ErrorCode::unsupported for other extensions (and lists the known ones); ErrorCode::no_person for a
/// scene without a person; ErrorCode::invalid_argument for a mesh and texture of different scenes, non-finite
/// numbers, and frame rates, zooms or focal lengths of 0 or less; ErrorCode::unwritable.
PORTRAIT_DEPTH_API void export_photo3d(const Photo3D& photo, const std::filesystem::path& path,
                                       ExportOptions options = {});
PORTRAIT_DEPTH_API void export_scene(const SceneView& scene, const std::filesystem::path& path,
                                     const ExportOptions& options = {});

/// The layout of the views of several eyes in one picture.
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
/// at the head's distance, so that each point has the same height in both. Their distance follows the head's
/// (1/30 of it; a quilt takes all that the photo can show), limited as the camera presets are. Throws
/// ErrorCode::invalid_argument for a transparent background, a size or a number of views below 1, a camera
/// that Photo3D::render() rejects, eyes so far apart that less than a quarter of a view's width would be
/// left; ErrorCode::too_large for a picture of 2^31 pixels.
PORTRAIT_DEPTH_API void render_stereo(const Photo3D& photo, const CameraPose& camera, int width, int height,
                                      const StereoOptions& options, Image& frame, ThreadPool& threads);

/// Looking Glass' naming of quilts: portrait.png becomes portrait_qs8x6a0.75.png, where 0.75 is a view's
/// width over its height. A name with this ending stays unchanged.
PORTRAIT_DEPTH_API std::filesystem::path quilt_path(const std::filesystem::path& path, int columns, int rows,
                                                    float aspect);

}  // namespace portrait_depth
