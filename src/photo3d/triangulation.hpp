// The triangles of a depth mesh.
#pragma once

#include "photo3d/depth_mesh.hpp"
#include "photo3d/surface_blocks.hpp"

namespace portrait_depth {

/// Vertices on the photo's viewing rays, and triangles in the order of the picture's rows: the visible
/// surface, the far surface behind it, the ends of both at cut cells, and the seams over the cuts.
DepthMesh triangulate(const MeshParts& parts);

}  // namespace portrait_depth
