// A photo with depth that can be looked at from other places: mesh, filled background, camera paths,
// renderer.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>

#include "portrait_depth/background.hpp"
#include "portrait_depth/camera.hpp"
#include "portrait_depth/camera_path.hpp"
#include "portrait_depth/depth.hpp"
#include "portrait_depth/image.hpp"
#include "portrait_depth/mesh.hpp"
#include "portrait_depth/progress.hpp"
#include "portrait_depth/thread_pool.hpp"
#include "portrait_depth/visibility.hpp"

namespace portrait_depth {

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
  const Image& person_texture() const;  ///< RGBA, straight alpha; colors free of the background.
  const Image& background_texture()
      const;                             ///< RGB (one pixel for a color); empty for a transparent background.
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
