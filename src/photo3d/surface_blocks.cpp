#include "photo3d/surface_blocks.hpp"

#include <algorithm>

#include "photo3d/quadtree.hpp"

namespace portrait_depth {
namespace {

// A surface may deviate from a block by this share of its depth times the focal length. A camera that moves
// by a tenth of the distance shows a tenth of so many pixels. Little of the far surface is ever visible, so
// it may deviate more.
constexpr float kVisiblePixels = 1, kFarPixels = 4;
// Texels by which a color may move within a block.
constexpr float kVisibleTexels = 0.1f, kFarTexels = 4;

// Inverse depths after the relief was scaled: a surface that is flat in space is linear in them over the
// picture.
Plane<float> inverse_depths(const MeshParts& parts, const Plane<float>& depths) {
  Plane<float> inverse(depths.width(), depths.height(), 0.0f);
  for (int j = 0; j < depths.height(); ++j)
    for (int i = 0; i < depths.width(); ++i) {
      const float z = depths(i, j), scaled = parts.options.scale_relief(z);
      if (z > 0 && scaled > 0) inverse(i, j) = 1 / scaled;
    }
  return inverse;
}

// The whole cells for which `counts` holds.
template <class Counts>
Plane<std::uint8_t> cells_where(const DepthCells& cells, Counts&& counts) {
  Plane<std::uint8_t> whole(cells.cut.width(), cells.cut.height());
  for (int j = 0; j < whole.height(); ++j)
    for (int i = 0; i < whole.width(); ++i) whole(i, j) = cells.is_whole(i, j) && counts(i, j);
  return whole;
}

}  // namespace

Plane<std::uint8_t> visible_blocks(const MeshParts& parts) {
  const DepthGrid& grid = parts.grid;
  const Plane<std::uint8_t> cells = cells_where(parts.cells, [](int, int) { return true; });
  const Plane<float> inverse = inverse_depths(parts, grid.z);
  return merge_flat_cells(cells, [&](int i, int j, int side) {
    const auto [low, high] =
        std::minmax({inverse(i, j), inverse(i + side, j), inverse(i, j + side), inverse(i + side, j + side)});
    // Colors are interpolated between a block's corners in perspective, and lie elsewhere than in the
    // picture. The difference is a quarter of this product in the middle of the block.
    const float length = std::max(grid.x(i + side) - grid.x(i), grid.y(j + side) - grid.y(j));
    return low > 0 && (high - low) * length <= 4 * kVisibleTexels * low &&
           deviation_from_flat(grid, inverse, i, j, side) <= kVisiblePixels / parts.intrinsics.fx * low;
  });
}

Plane<std::uint8_t> far_blocks(const MeshParts& parts) {
  constexpr int kTriangleCorners = 3;
  const DepthGrid& grid = parts.grid;
  const ContinuedSurfaces& continued = parts.continued;
  const Plane<std::uint8_t> cells = cells_where(parts.cells, [&](int i, int j) {
    return std::count_if(kCellCorners.begin(), kCellCorners.end(), [&](const GridPoint& corner) {
             return continued.far_z(i + corner.first, j + corner.second) > 0;
           }) >= kTriangleCorners;
  });
  const Plane<float> inverse = inverse_depths(parts, continued.far_z);
  return merge_flat_cells(cells, [&](int i, int j, int side) {
    const float low =
        std::min({inverse(i, j), inverse(i + side, j), inverse(i, j + side), inverse(i + side, j + side)});
    return low > 0 &&
           deviation_from_flat(grid, inverse, i, j, side) <= kFarPixels / parts.intrinsics.fx * low &&
           deviation_from_flat(grid, continued.texture_x, i, j, side) <= kFarTexels &&
           deviation_from_flat(grid, continued.texture_y, i, j, side) <= kFarTexels;
  });
}

}  // namespace portrait_depth
