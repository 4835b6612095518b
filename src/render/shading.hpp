// The shading loops' input.
#pragma once

#include <array>
#include <cstdint>

#include "portrait_depth/camera.hpp"
#include "render/linear_texture.hpp"
#include "render/rasterizer.hpp"

namespace portrait_depth {

/// Beyond the photo's borders, textures continue mirrored and stretched: at the border by kBorderStretch, so
/// that small patterns do not become streaks, and farther away more and more, so that no object appears there
/// a second time. Lengths are shares of the photo's side: the strip that is mirrored has the width
/// kMostMirrored in the end.
inline constexpr float kBorderStretch = 1.6f, kMostMirrored = 0.11f;
/// From the border, the place inside that a place outside shows.
constexpr float mirrored_inwards(float outwards) {
  return outwards * kMostMirrored / (kBorderStretch * kMostMirrored + outwards);
}
/// The inverse, for places nearer to the border than kMostMirrored.
constexpr float mirrored_outwards(float inwards) {
  return kBorderStretch * inwards * kMostMirrored / (kMostMirrored - inwards);
}

/// Steps of the table that encodes linear light as sRGB.
inline constexpr int kSrgbSteps = 8191;

/// A texture at one frame's level of detail: `fine` and, with a weight, the next coarser level.
struct TextureSampler {
  const TextureLevel* fine = nullptr;
  const TextureLevel* coarse = nullptr;
  float coarse_weight = 0;
};

struct ShadingJob {
  const ScreenVertex* vertices = nullptr;  ///< In samples, not pixels.
  const std::uint32_t* indices = nullptr;
  const std::uint32_t* seam_indices = nullptr;  ///< Of the triangles from number mesh_triangles on.
  std::uint32_t mesh_triangles = 0;
  const std::array<float, 2>* texture_coordinates = nullptr;
  TextureSampler person, background;
  bool transparent = false;
  /// A homography: the pixel (x, y) shows the background at (X / W, Y / W), where
  /// (X, Y, W) = plane_origin + x plane_dx + y plane_dy, 0..1 over its texture.
  Vec3 plane_origin, plane_dx, plane_dy;
  const std::uint8_t* srgb_from_linear = nullptr;  ///< kSrgbSteps + 1 entries.
  int width = 0;
};

}  // namespace portrait_depth
