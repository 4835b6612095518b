// Draws a 3D photo: the person's mesh over the background's plane, in bands of rows, blended in linear light.
#pragma once

#include <vector>

#include "portrait_depth/camera_path.hpp"
#include "portrait_depth/image.hpp"
#include "portrait_depth/mesh.hpp"
#include "portrait_depth/thread_pool.hpp"
#include "render/linear_texture.hpp"
#include "render/rasterizer.hpp"

namespace portrait_depth {

/// The input of a frame. Textures cover the photo's rectangle; the background's plane is parallel to the
/// photo and continues mirrored and stretched beyond its borders. An empty background is transparent.
struct Scene {
  const Mesh* person = nullptr;
  const std::vector<std::uint32_t>* person_seams = nullptr;  ///< See DepthMesh.
  const LinearTexture* person_texture = nullptr;
  const LinearTexture* background_texture = nullptr;
  float background_metres = 2;
  float pivot_metres = 1;  ///< The person's distance, which determines the texture's level of detail.
  Intrinsics intrinsics;   ///< Of the photo, any size.
};

/// Coverage at the ends of surfaces is counted on 2 x 2 samples a pixel; other pixels are shaded once.
inline constexpr int kSamplesAcross = 2;

class Renderer {
 public:
  Renderer();
  /// Draws into `frame` (resized: RGB, or RGBA with straight alpha when the background is transparent).
  /// Allocates nothing once warm at one size and number of threads. Not thread-safe.
  void render(const Scene& scene, const CameraPose& camera, int width, int height, Image& frame,
              ThreadPool& threads);

 private:
  std::vector<ScreenVertex> vertices_;
  std::vector<RowRange> run_rows_, seam_run_rows_;
  std::vector<VisibilityBuffer> bands_;  // one a thread
  std::vector<std::uint8_t> srgb_from_linear_;
};

}  // namespace portrait_depth
