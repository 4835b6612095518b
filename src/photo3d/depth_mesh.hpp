// The person as triangles: a grid of vertices on the photo's viewing rays, whole or cut at depth edges.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "camera/intrinsics.hpp"
#include "portrait_depth/camera.hpp"
#include "portrait_depth/image.hpp"
#include "portrait_depth/mesh.hpp"
#include "portrait_depth/thread_pool.hpp"

namespace portrait_depth {

struct DepthMeshOptions {
  int step = 1;                     ///< Texels from a vertex to the next one.
  std::optional<float> edge_slope;  ///< See Photo3DOptions.
  float relief = 1.0f;              ///< Multiplies the depth differences from pivot_metres.
  float pivot_metres = 1.0f;

  float scale_relief(float z) const {
    return std::clamp(pivot_metres + (z - pivot_metres) * relief, -kFarthestMetres, kFarthestMetres);
  }
};

/// The default step for a texture of width x height.
int default_grid_step(int width, int height);

struct DepthMesh {
  Mesh mesh;
  /// Triangles over mesh.positions that bridge the cuts. They are drawn only where no other triangle of the
  /// person is, so that a crack never shows the background.
  std::vector<std::uint32_t> seam_indices;
};

/// `metres` and `alpha` have the texture's size; metres are finite where alpha > 0. The mesh covers every
/// texel with alpha > 0: around the sure inside, the surface is extrapolated under the soft silhouette.
/// Without an edge_slope, the surface is whole. With one, the near surface ends at a depth edge, and the far
/// one continues behind it with mirrored texture coordinates. Flat parts have fewer, larger triangles.
/// Triangles are in the order of the picture's rows.
DepthMesh make_depth_mesh(PlaneView<const float> metres, PlaneView<const float> alpha,
                          const Intrinsics& intrinsics, const DepthMeshOptions& options, ThreadPool& threads);

}  // namespace portrait_depth
