// A quadtree over the cells of a depth grid: flat parts of a surface become larger squares.
#pragma once

#include <cstdint>

#include "photo3d/depth_grid.hpp"
#include "portrait_depth/image.hpp"

namespace portrait_depth {

inline constexpr int kLargestBlock = 8;  ///< Cells a side.

/// Merges the set cells into square blocks, bottom up: four blocks become one if is_flat(column, row, side)
/// holds for it. The result has the side, in cells, of the block whose upper left cell it is: 1, 2, 4 or
/// kLargestBlock, at a multiple of the side; 0 for the other cells of a block, and for cells that are not
/// set. R. Pajarola, Large Scale Terrain Visualization Using the Restricted Quadtree Triangulation, 1998.
template <class IsFlat>
Plane<std::uint8_t> merge_flat_cells(const Plane<std::uint8_t>& cells, IsFlat&& is_flat) {
  Plane<std::uint8_t> blocks = cells;
  for (std::uint8_t& side : blocks.values()) side = side != 0;
  for (int half = 1; half < kLargestBlock; half *= 2)
    for (int j = 0; j + 2 * half <= blocks.height(); j += 2 * half)
      for (int i = 0; i + 2 * half <= blocks.width(); i += 2 * half) {
        std::uint8_t &a = blocks(i, j), &b = blocks(i + half, j), &c = blocks(i, j + half),
                     &d = blocks(i + half, j + half);
        if (a != half || b != half || c != half || d != half || !is_flat(i, j, 2 * half)) continue;
        a = static_cast<std::uint8_t>(2 * half);
        b = c = d = 0;
      }
  return blocks;
}

/// The largest difference between values, one a vertex, and the flat square between the corners of a block.
float deviation_from_flat(const DepthGrid& grid, const Plane<float>& values, int column, int row, int side);

}  // namespace portrait_depth
