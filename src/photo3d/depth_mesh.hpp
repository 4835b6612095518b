// The person as triangles: a grid of vertices on the photo's viewing rays, cut where the depth jumps.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "camera/intrinsics.hpp"
#include "portrait_depth/camera.hpp"
#include "portrait_depth/image.hpp"
#include "portrait_depth/mesh.hpp"
#include "portrait_depth/thread_pool.hpp"

namespace portrait_depth {

struct DepthMeshOptions {
  int step = 1;              ///< Texels from a vertex to the next.
  float edge_slope = 12.0f;  ///< Depth over sideways distance; what is steeper is cut.
  float relief = 1.0f;       ///< Multiplies the relief around pivot_metres.
  float pivot_metres = 1.0f;

  float moved(float z) const {
    return std::clamp(pivot_metres + (z - pivot_metres) * relief, -kFarthestMetres, kFarthestMetres);
  }
};

/// The step for a texture of width x height where nobody asks for another.
int usual_grid_step(int width, int height);

struct DepthMesh {
  Mesh mesh;
  /// Triangles over mesh.positions that bridge the cuts: to be drawn only where nothing else of the person
  /// is, so that never a crack shows the background.
  std::vector<std::uint32_t> seam_indices;
};

/// metres and alpha have the texture's size; metres are finite where alpha > 0. The mesh covers every texel
/// with alpha > 0: around the sure inside, the surface goes on under the soft silhouette. At a depth edge the
/// near surface ends, and the far one goes on behind it for a bit, with mirrored texture coordinates, so that
/// no gap opens when the camera moves. Flat parts are of fewer, larger triangles. Triangles run in the order
/// of the picture's rows.
DepthMesh make_depth_mesh(PlaneView<const float> metres, PlaneView<const float> alpha,
                          const Intrinsics& intrinsics, const DepthMeshOptions& options, ThreadPool& threads);

}  // namespace portrait_depth
