// The quadtree blocks of the two surfaces of a depth mesh.
#pragma once

#include <cstdint>

#include "photo3d/depth_cells.hpp"
#include "photo3d/depth_grid.hpp"
#include "photo3d/depth_mesh.hpp"
#include "photo3d/disocclusion.hpp"
#include "portrait_depth/camera.hpp"
#include "portrait_depth/image.hpp"

namespace portrait_depth {

/// The parts of a depth mesh before it becomes triangles.
struct MeshParts {
  DepthGrid grid;
  DepthCells cells;
  ContinuedSurfaces continued;
  Intrinsics intrinsics;
  DepthMeshOptions options;
};

/// Blocks of the visible surface and of the far surface behind it; see merge_flat_cells. A block stands for
/// cells that are flat enough for the films' camera.
Plane<std::uint8_t> visible_blocks(const MeshParts& parts);
Plane<std::uint8_t> far_blocks(const MeshParts& parts);

}  // namespace portrait_depth
