// A photo with depth that can be looked at from other places: mesh, filled background, camera paths,
// renderer.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "portrait_depth/camera.hpp"
#include "portrait_depth/depth.hpp"
#include "portrait_depth/film.hpp"
#include "portrait_depth/image.hpp"
#include "portrait_depth/progress.hpp"
#include "portrait_depth/thread_pool.hpp"
#include "portrait_depth/visibility.hpp"

namespace portrait_depth {

/// Triangles in camera space of the photo (metres; x right, y down, z away). Three indices a triangle.
struct Mesh {
  std::vector<Vec3> positions;
  std::vector<std::array<float, 2>> texture_coordinates;  ///< 0..1, origin at the upper left of `texture`.
  std::vector<std::uint32_t> indices;
};

/// What stands behind the person.
struct Background {
  enum class Kind {
    fill,         ///< The photo's own, the person's place filled in.
    blur,         ///< The same, out of focus.
    color,        ///< One sRGB colour.
    picture,      ///< Another picture, cropped to the photo's shape.
    transparent,  ///< None: frames have alpha.
  };
  Kind kind = Kind::fill;
  std::array<std::uint8_t, 3> color = {0, 0, 0};
  ImageView picture = {};
};

/// How the photo becomes a scene.
enum class SceneKind {
  cut,       ///< Surfaces cut at depth edges, a soft silhouette, the person's place behind it filled in.
  original,  ///< As TensorFlow.js' demo of 2022 did, to compare with: a grid of 192 x 256 cells before the
             ///< whole photo. Of the other options only max_texture_size, focus_metres and threads count.
};

struct Photo3DOptions {
  SceneKind scene = SceneKind::cut;
  Background background = {};
  /// Multiplies the depth around the head's distance; 0 is flat, 1 as estimated.
  float relief = 1.0f;
  /// Depth edges steeper than this are cut: metres of depth a metre sideways, in the photo's own view. So
  /// are, from a quarter of it on, steps of a tenth of the depth within one cell.
  float edge_slope = 12.0f;
  /// Longest side of the textures, pixels; larger photos are resized. Above 32767 it is 32767.
  int max_texture_size = 2048;
  /// Pixels of the texture from one vertex to the next; 0: one, in textures of more than 1.5 megapixels two.
  /// Where the surface is flat, the mesh makes do with fewer.
  int grid_step = 0;
  /// Where the background's plane stands, above 0 and at most 1e6; else a plausible distance behind the
  /// person.
  std::optional<float> background_metres = {};
  /// The plane that stands still while the camera moves, above 0 and at most 1e6; else the head's.
  std::optional<float> focus_metres = {};
  int threads = 0;  ///< That build; 0: as many as the machine has cores.
};

/// Where the virtual camera stands, in the photo's camera space: the photo itself is {0,0,0} looking along
/// +z.
struct CameraPose {
  Vec3 position = {};
  Vec3 look_at = {0, 0, 1};
  Vec3 up = {0, -1, 0};
  float zoom = 1.0f;  ///< Multiplies the photo's focal length; above 0.
};

struct CameraPathOptions {
  std::string preset = "orbit";   ///< One of camera_presets().
  float strength = 1.0f;          ///< Multiplies the camera's movement; -1000 to 1000.
  float duration_seconds = 2.0f;  ///< Of one loop.
  float frames_per_second = kFramesPerSecond;
  /// Zooms in, and where that would take too much moves less, so that nothing beyond the photo's borders
  /// shows.
  bool limit = true;
};

/// How a movement runs from a key frame to the next one.
enum class Easing { linear, ease_in, ease_out, ease_in_out, hold };

struct CameraKeyframe {
  float time_seconds = 0;
  CameraPose pose = {};
  Easing easing = Easing::ease_in_out;  ///< From this key frame to the next one.
};

/// One pose a frame; the pose that would follow the last one is the first.
using CameraPath = std::vector<CameraPose>;

struct CameraPreset {
  std::string name, description;
};
PORTRAIT_DEPTH_API std::vector<CameraPreset> camera_presets();

class PORTRAIT_DEPTH_API Photo3D {
 public:
  /// `image` and `depth` have the same size, up to the caller's liking: what the frames need is enough.
  /// Throws ErrorCode::invalid_argument otherwise, and for options or intrinsics out of range. Copies what it
  /// keeps.
  static Photo3D build(ImageView image, const DepthMap& depth, const Photo3DOptions& options = {},
                       const Progress& progress = {});
  /// The same from depth of any origin: metres are finite where mask > 0 (Z along the optical axis); mask is
  /// 0..1; head_distance_metres is what the camera turns around. All have the image's size.
  static Photo3D build(ImageView image, PlaneView<const float> metres, PlaneView<const float> mask,
                       const Intrinsics& intrinsics, float head_distance_metres,
                       const Photo3DOptions& options = {}, const Progress& progress = {});
  ~Photo3D();
  Photo3D(Photo3D&&) noexcept;
  Photo3D& operator=(Photo3D&&) noexcept;

  /// Open along depth edges, where render() bridges what would be a crack.
  const Mesh& person_mesh() const;
  const Mesh& background_mesh()
      const;  ///< A plane over the photo's view; empty for a transparent background.
  const Image& person_texture() const;  ///< RGBA, straight alpha; colours free of the background.
  const Image& background_texture()
      const;  ///< RGB (one pixel for a colour); empty for a transparent background.
  const Intrinsics& intrinsics() const;  ///< Of the photo at the person texture's size.
  float focus_metres() const;            ///< The plane that stands still while the presets' camera moves.

  /// Poses of a preset, limited to what this photo can show. Throws ErrorCode::invalid_argument for an
  /// unknown one and for options out of range.
  CameraPath camera_path(const CameraPathOptions& options = {}) const;
  /// Key frames as one pose a frame, from the first one's time up to, not including, the last one's: a path
  /// whose last pose is its first loops without a jump. Of `options`, frames_per_second and limit are used.
  /// Throws ErrorCode::invalid_argument when there are none, when their times do not grow, and for poses that
  /// render() refuses.
  CameraPath camera_path(std::span<const CameraKeyframe> keyframes,
                         const CameraPathOptions& options = {}) const;

  /// Draws one frame of width x height (its aspect may differ from the photo's: the picture is cropped to
  /// fill it). RGB, or RGBA with straight alpha when the background is transparent. Allocates nothing once
  /// warm at one size. Not for several threads at once on one Photo3D. Throws ErrorCode::invalid_argument for
  /// a size below 1 and for a camera whose numbers are not finite or whose zoom is not above 0.
  void render(const CameraPose& camera, int width, int height, Image& frame, ThreadPool& threads) const;
  /// Draws all frames of a path, in order, each handed to the sink.
  void render(const CameraPath& path, int width, int height, ThreadPool& threads,
              const std::function<void(const Image& frame)>& sink, const Progress& progress = {}) const;

 private:
  Photo3D();
  struct PORTRAIT_DEPTH_LOCAL State;
  std::unique_ptr<State> state_;
};

}  // namespace portrait_depth
