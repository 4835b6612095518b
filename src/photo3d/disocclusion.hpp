// Disocclusion: the surfaces continued past depth edges, so that no gap opens when the camera moves.
#pragma once

#include <cstdint>

#include "photo3d/depth_cells.hpp"
#include "photo3d/depth_grid.hpp"
#include "portrait_depth/image.hpp"

namespace portrait_depth {

/// One value a vertex of the grid. Depths in metres are 0 where the surface is not continued.
struct ContinuedSurfaces {
  Plane<float> near_z;                ///< The near surface, one vertex past the edge.
  Plane<float> far_z;                 ///< The far surface behind the near one.
  Plane<float> texture_x, texture_y;  ///< Texels: the far surface's colors, mirrored at the edge.
};

/// Continues the near surface to the far corners of cut cells, and the far surface behind the near one, for
/// up to 28 texels, as long as it stays behind it and does not come out beyond the silhouette (vertices that
/// are not `sure`).
ContinuedSurfaces continue_surfaces(const DepthGrid& grid, const DepthCells& cells,
                                    const Plane<std::uint8_t>& sure, PlaneView<const float> alpha);

}  // namespace portrait_depth
