// The cells between the vertices of a depth grid: cell (i, j) has the corners (i, j) to (i + 1, j + 1).
#pragma once

#include <array>
#include <cstdint>
#include <utility>

#include "photo3d/depth_grid.hpp"
#include "portrait_depth/camera.hpp"
#include "portrait_depth/image.hpp"

namespace portrait_depth {

using GridPoint = std::pair<int, int>;
inline constexpr std::array<GridPoint, 4> kCellCorners = {{{0, 0}, {1, 0}, {0, 1}, {1, 1}}};

struct DepthCells {
  Plane<std::uint8_t> visible;  ///< 1 where the matte is not 0 and all corners have a depth.
  Plane<std::uint8_t> cut;      ///< 1 where the depth jumps: the near and the far surface end there.

  bool is_whole(int i, int j) const { return visible(i, j) != 0 && cut(i, j) == 0; }
};

/// Cells that hold a texel of the matte with alpha above 0. `alpha` has the size of the grid's picture.
Plane<std::uint8_t> find_visible_cells(const DepthGrid& grid, PlaneView<const float> alpha);
/// The corners of the set cells, one value a vertex.
Plane<std::uint8_t> corners_of(const Plane<std::uint8_t>& cells);

/// Without cuts: `visible` cells whose corners all have a depth.
DepthCells whole_cells(const DepthGrid& grid, Plane<std::uint8_t> visible);

/// Cuts the cells whose depth jumps (see Photo3DOptions::edge_slope), and moves the vertices of a slope over
/// several cut cells to its near or far side, until every cut is one cell wide. Cells with a corner that is
/// not `sure` stay whole: the surface behind a soft silhouette is unknown.
DepthCells cut_at_depth_edges(DepthGrid& grid, Plane<std::uint8_t> visible, const Plane<std::uint8_t>& sure,
                              const Intrinsics& intrinsics, float edge_slope);

/// The depth halfway between the nearest and the farthest corner: nearer corners of a cut cell belong to the
/// near surface, the others to the far one.
float middle_depth(const DepthGrid& grid, int i, int j);

}  // namespace portrait_depth
