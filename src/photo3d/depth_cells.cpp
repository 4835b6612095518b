#include "photo3d/depth_cells.hpp"

#include <algorithm>

namespace portrait_depth {
namespace {

struct DepthRange {
  float low, high;
};

DepthRange depth_range(const DepthGrid& grid, int i, int j) {
  const auto [low, high] =
      std::minmax({grid.z(i, j), grid.z(i + 1, j), grid.z(i, j + 1), grid.z(i + 1, j + 1)});
  return {low, high};
}

bool depth_jumps(const DepthGrid& grid, float focal_length, float edge_slope, int i, int j) {
  // In a small photo a cell is wide, and few steps over it are steep. There, a smaller slope counts if the
  // step is large.
  constexpr float kLargeStep = 0.1f;      // of the depth
  constexpr float kReducedSlope = 0.25f;  // of edge_slope
  constexpr float kDiagonal = 1.4142f;    // of a square with side 1
  const auto [low, high] = depth_range(grid, i, j);
  const float diagonal_metres = kDiagonal * static_cast<float>(grid.step) / focal_length * low;
  const float steep = edge_slope * diagonal_metres;
  return high - low > std::min(steep, std::max(kReducedSlope * steep, kLargeStep * low));
}

void classify_cells(const DepthGrid& grid, const Plane<std::uint8_t>& sure, float focal_length,
                    float edge_slope, DepthCells& cells) {
  cells.cut.resize(grid.columns() - 1, grid.rows() - 1, 0);
  for (int j = 0; j + 1 < grid.rows(); ++j)
    for (int i = 0; i + 1 < grid.columns(); ++i) {
      bool has_depth = true, is_sure = true;
      for (const auto& [u, v] : kCellCorners) {
        has_depth = has_depth && grid.z(i + u, j + v) > 0;
        is_sure = is_sure && sure(i + u, j + v) != 0;
      }
      if (!has_depth) cells.visible(i, j) = 0;
      cells.cut(i, j) = is_sure && depth_jumps(grid, focal_length, edge_slope, i, j);
    }
}

// Of the cut cells around a vertex: the nearest depth where the vertex is on the far side, and the farthest
// one where it is on the near side; 0 if there is none.
struct CutNeighbors {
  float nearest = 0, farthest = 0;
};

void find_cut_neighbors(const DepthGrid& grid, const DepthCells& cells, Plane<CutNeighbors>& neighbors) {
  neighbors.resize(grid.columns(), grid.rows(), CutNeighbors{});
  for (int j = 0; j + 1 < grid.rows(); ++j)
    for (int i = 0; i + 1 < grid.columns(); ++i) {
      if (cells.cut(i, j) == 0) continue;
      const auto [low, high] = depth_range(grid, i, j);
      for (const auto& [u, v] : kCellCorners) {
        CutNeighbors& n = neighbors(i + u, j + v);
        if (grid.z(i + u, j + v) < (low + high) / 2)
          n.farthest = std::max(n.farthest, high);
        else
          n.nearest = n.nearest > 0 ? std::min(n.nearest, low) : low;
      }
    }
}

// Moves each vertex that lies on both sides of cuts to the closer side. Returns false if there is none.
bool narrow_cuts(DepthGrid& grid, const Plane<CutNeighbors>& neighbors) {
  bool changed = false;
  for (int j = 0; j < grid.rows(); ++j)
    for (int i = 0; i < grid.columns(); ++i) {
      const CutNeighbors& n = neighbors(i, j);
      if (!(n.nearest > 0) || !(n.farthest > 0)) continue;
      float& z = grid.z(i, j);
      z = z - n.nearest < n.farthest - z ? n.nearest : n.farthest;
      changed = true;
    }
  return changed;
}

}  // namespace

Plane<std::uint8_t> find_visible_cells(const DepthGrid& grid, PlaneView<const float> alpha) {
  constexpr float kVisibleAlpha = 1.0f / 255;  // below, the texture's alpha is 0
  Plane<std::uint8_t> visible(grid.columns() - 1, grid.rows() - 1, 0);
  for (int y = 0; y < grid.height; ++y)
    for (int x = 0; x < grid.width; ++x)
      if (alpha(x, y) >= kVisibleAlpha) visible(x / grid.step, y / grid.step) = 1;
  return visible;
}

Plane<std::uint8_t> corners_of(const Plane<std::uint8_t>& cells) {
  Plane<std::uint8_t> corners(cells.width() + 1, cells.height() + 1, 0);
  for (int j = 0; j < cells.height(); ++j)
    for (int i = 0; i < cells.width(); ++i)
      if (cells(i, j) != 0)
        for (const auto& [u, v] : kCellCorners) corners(i + u, j + v) = 1;
  return corners;
}

DepthCells whole_cells(const DepthGrid& grid, Plane<std::uint8_t> visible) {
  DepthCells cells{std::move(visible), Plane<std::uint8_t>(grid.columns() - 1, grid.rows() - 1, 0)};
  for (int j = 0; j + 1 < grid.rows(); ++j)
    for (int i = 0; i + 1 < grid.columns(); ++i)
      for (const auto& [u, v] : kCellCorners)
        if (!(grid.z(i + u, j + v) > 0)) cells.visible(i, j) = 0;
  return cells;
}

DepthCells cut_at_depth_edges(DepthGrid& grid, Plane<std::uint8_t> visible, const Plane<std::uint8_t>& sure,
                              const Intrinsics& intrinsics, float edge_slope) {
  constexpr int kRounds = 6;
  DepthCells cells{std::move(visible), {}};
  Plane<CutNeighbors> neighbors;
  for (int round = 0; round < kRounds; ++round) {
    classify_cells(grid, sure, intrinsics.fx, edge_slope, cells);
    find_cut_neighbors(grid, cells, neighbors);
    if (!narrow_cuts(grid, neighbors)) return cells;
  }
  classify_cells(grid, sure, intrinsics.fx, edge_slope, cells);
  return cells;
}

float middle_depth(const DepthGrid& grid, int i, int j) {
  const auto [low, high] = depth_range(grid, i, j);
  return (low + high) / 2;
}

}  // namespace portrait_depth
