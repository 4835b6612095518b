// The 3D photo: a photo with depth, drawn from other viewpoints. Mesh, inpainted background, camera paths,
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

/// The kind of scene that a photo becomes.
enum class SceneKind {
  cut,       ///< The person cut out of the photo: a soft silhouette, an inpainted background.
  original,  ///< As in TensorFlow.js' demo of 2022, for comparison: a grid of 192 x 256 cells in front of the
             ///< whole photo. Of the other options only max_texture_size, focus_metres and threads are used.
};

struct Photo3DOptions {
  SceneKind scene = SceneKind::cut;
  Background background = {};
  /// Multiplies the depth differences from the head's distance: 0 is flat, 1 as estimated. At least 0.
  float relief = 1.0f;
  /// Empty: the person's surface is whole, and steep depth edges become slopes, because a cut beside the
  /// photo's edge tears pieces off. For exact depth, a value above 0, such as 12: depth edges steeper than
  /// this are cut, in metres of depth a metre sideways, in the photo's own view. From a quarter of it on,
  /// steps of more than a tenth of the depth within one cell are cut as well.
  std::optional<float> edge_slope = {};
  /// Longest side of the textures, pixels; larger photos are resized. At least 1; values above 32767 mean
  /// 32767.
  int max_texture_size = 2048;
  /// Texels from one vertex to the next; 0 means one, or two in textures of more than 1.5 megapixels. Flat
  /// surfaces have fewer vertices.
  int grid_step = 0;
  /// Distance of the background's plane, above 0 and at most 1e6. Default: 1.5 head distances, or 1.1 times
  /// the person's farthest point.
  std::optional<float> background_metres = {};
  /// Distance of the plane that keeps its place while the camera moves, above 0 and at most 1e6. Default: the
  /// head's.
  std::optional<float> focus_metres = {};
  int threads = 0;  ///< Of build(); 0 means one a processor core.
};

class PORTRAIT_DEPTH_API Photo3D {
 public:
  /// `image` and `depth` have the same size; the frames' size is enough. Copies all that it keeps. Throws
  /// ErrorCode::invalid_argument for different sizes and for options or intrinsics out of range,
  /// ErrorCode::stopped on request.
  static Photo3D build(ImageView image, const DepthMap& depth, const Photo3DOptions& options = {},
                       const Progress& progress = {});
  /// The same from depth of any origin, as planes of the image's size. `metres` is Z along the optical axis,
  /// finite where mask > 0; `mask` is 0..1. The camera turns around head_distance_metres; 0 means the median
  /// of the person's depth.
  static Photo3D build(ImageView image, PlaneView<const float> metres, PlaneView<const float> mask,
                       const Intrinsics& intrinsics, float head_distance_metres,
                       const Photo3DOptions& options = {}, const Progress& progress = {});
  ~Photo3D();
  Photo3D(Photo3D&&) noexcept;
  Photo3D& operator=(Photo3D&&) noexcept;

  /// With an edge_slope, open along depth edges, where render() draws seams.
  const Mesh& person_mesh() const;
  /// A plane over the photo's view and a mirrored border around it; empty for a transparent background.
  const Mesh& background_mesh() const;
  /// RGBA with straight alpha: the person's own colors, without the background's.
  const Image& person_texture() const;
  /// RGB (one pixel for a color); empty for a transparent background.
  const Image& background_texture() const;
  const Intrinsics& intrinsics() const;  ///< Of the photo at the person texture's size.
  float focus_metres() const;            ///< See Photo3DOptions::focus_metres.

  /// The poses of a preset, limited, see CameraPathOptions::limit. Throws ErrorCode::invalid_argument for an
  /// unknown preset and for options out of range.
  CameraPath camera_path(const CameraPathOptions& options = {}) const;
  /// One pose a frame, interpolated between key frames from the first time up to, not including, the last
  /// one. A path whose last key frame equals its first loops without a jump. Of `options`, frames_per_second
  /// and limit are used. Throws ErrorCode::invalid_argument if there are no key frames, if their times do not
  /// increase, and for poses that render() rejects.
  CameraPath camera_path(std::span<const CameraKeyframe> keyframes,
                         const CameraPathOptions& options = {}) const;

  /// Draws one frame of width x height, cropped to its aspect ratio. `frame` becomes RGB, or RGBA with
  /// straight alpha if the background is transparent. Allocates nothing once warm at one size. Not
  /// thread-safe on one Photo3D. Throws ErrorCode::invalid_argument for a size below 1, for a pose that is
  /// not finite, and for a zoom of 0 or less.
  void render(const CameraPose& camera, int width, int height, Image& frame, ThreadPool& threads) const;
  /// Draws all frames of a path in order, and calls `sink` with each. Throws ErrorCode::stopped on request.
  void render(const CameraPath& path, int width, int height, ThreadPool& threads,
              const std::function<void(const Image& frame)>& sink, const Progress& progress = {}) const;

 private:
  Photo3D();
  struct PORTRAIT_DEPTH_LOCAL State;
  std::unique_ptr<State> state_;
};

}  // namespace portrait_depth
