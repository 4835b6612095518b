#include "photo3d/disocclusion.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <initializer_list>
#include <utility>
#include <vector>

namespace portrait_depth {
namespace {

constexpr int kContinuedTexels = 28;  // the far surface's width behind a near one

// A vertex of the continued far surface: its depth, and the point of the picture, in texels, at which it left
// the visible surface.
struct FarVertex {
  float z = 0, source_x = 0, source_y = 0;
};

// Sums over the corners on the other side of the cut cells around a vertex.
struct CornerSums {
  float near_z = 0, far_z = 0, far_x = 0, far_y = 0;
  std::uint16_t near_count = 0, far_count = 0;
};

Plane<CornerSums> sum_opposite_corners(const DepthGrid& grid, const DepthCells& cells) {
  Plane<CornerSums> sums(grid.columns(), grid.rows());
  for (int j = 0; j + 1 < grid.rows(); ++j)
    for (int i = 0; i + 1 < grid.columns(); ++i) {
      if (cells.cut(i, j) == 0) continue;
      const float middle = middle_depth(grid, i, j);
      for (const auto& [u, v] : kCellCorners)
        for (const auto& [s, t] : kCellCorners) {
          const float from = grid.z(i + s, j + t), to = grid.z(i + u, j + v);
          CornerSums& sum = sums(i + u, j + v);
          if (from < middle && to >= middle) {
            sum.near_z += from;
            ++sum.near_count;
          } else if (from >= middle && to < middle) {
            sum.far_z += from;
            sum.far_x += grid.x(i + s);
            sum.far_y += grid.y(j + t);
            ++sum.far_count;
          }
        }
    }
  return sums;
}

// At each cut cell, the far corners get the near surface's mean depth, and the near corners the far
// surface's. Returns the vertices of the first ring of the far surface.
std::vector<GridPoint> continue_past_cuts(const DepthGrid& grid, const DepthCells& cells,
                                          Plane<float>& near_z, Plane<FarVertex>& far) {
  const Plane<CornerSums> sums = sum_opposite_corners(grid, cells);
  near_z.resize(grid.columns(), grid.rows(), 0.0f);
  far.resize(grid.columns(), grid.rows(), FarVertex{});
  std::vector<GridPoint> ring;
  for (int j = 0; j < grid.rows(); ++j)
    for (int i = 0; i < grid.columns(); ++i) {
      const CornerSums& sum = sums(i, j);
      if (sum.near_count > 0) near_z(i, j) = sum.near_z / static_cast<float>(sum.near_count);
      if (sum.far_count == 0) continue;
      const auto count = static_cast<float>(sum.far_count);
      far(i, j) = {sum.far_z / count, sum.far_x / count, sum.far_y / count};
      ring.emplace_back(i, j);
    }
  return ring;
}

// The number of steps, of eight neighbors, from a vertex to the nearest one that is not sure; at most `most`.
// The picture's border is not a silhouette.
Plane<std::uint8_t> distance_to_silhouette(const Plane<std::uint8_t>& sure, int most) {
  const int columns = sure.width(), rows = sure.height();
  Plane<std::uint8_t> distance(columns, rows);
  const auto at = [&](int i, int j) -> int {
    return i < 0 || j < 0 || i >= columns || j >= rows ? most : distance(i, j);
  };
  const auto set = [&](int i, int j, std::initializer_list<int> neighbors) {
    distance(i, j) = static_cast<std::uint8_t>(sure(i, j) != 0 ? std::min(std::min(neighbors) + 1, most) : 0);
  };
  for (int j = 0; j < rows; ++j)
    for (int i = 0; i < columns; ++i)
      set(i, j, {at(i - 1, j), at(i - 1, j - 1), at(i, j - 1), at(i + 1, j - 1)});
  for (int j = rows - 1; j >= 0; --j)
    for (int i = columns - 1; i >= 0; --i)
      set(i, j, {distance(i, j) - 1, at(i + 1, j), at(i + 1, j + 1), at(i, j + 1), at(i - 1, j + 1)});
  return distance;
}

// The mean of the continued vertices among the eight neighbors.
FarVertex mean_of_neighbors(const Plane<FarVertex>& far, int i, int j) {
  FarVertex mean;
  float count = 0;
  for (int q = std::max(j - 1, 0); q <= std::min(j + 1, far.height() - 1); ++q)
    for (int p = std::max(i - 1, 0); p <= std::min(i + 1, far.width() - 1); ++p) {
      const FarVertex& vertex = far(p, q);
      if (!(vertex.z > 0)) continue;
      mean = {mean.z + vertex.z, mean.source_x + vertex.source_x, mean.source_y + vertex.source_y};
      ++count;
    }
  return {mean.z / count, mean.source_x / count, mean.source_y / count};
}

// Grows the far surface ring by ring, while the near surface is in front of it and the silhouette is farther
// than the ring.
void grow_far_surface(const DepthGrid& grid, const Plane<std::uint8_t>& sure, std::vector<GridPoint> ring,
                      Plane<FarVertex>& far) {
  constexpr float kBehind = 1.01f;  // times the near surface's depth
  const int rings = std::max(1, kContinuedTexels / grid.step);
  const Plane<std::uint8_t> to_silhouette = distance_to_silhouette(sure, rings);
  for (int round = 1; round < rings && !ring.empty(); ++round) {
    std::vector<std::pair<GridPoint, FarVertex>> next;
    for (const auto& [i, j] : ring)
      for (int v = std::max(j - 1, 0); v <= std::min(j + 1, grid.rows() - 1); ++v)
        for (int u = std::max(i - 1, 0); u <= std::min(i + 1, grid.columns() - 1); ++u) {
          if (far(u, v).z > 0 || to_silhouette(u, v) <= round) continue;
          const FarVertex mean = mean_of_neighbors(far, u, v);
          if (mean.z > grid.z(u, v) * kBehind) next.emplace_back(GridPoint{u, v}, mean);
        }
    ring.clear();
    for (const auto& [at, vertex] : next) {
      if (far(at.first, at.second).z > 0) continue;
      far(at.first, at.second) = vertex;
      ring.push_back(at);
    }
  }
}

// The point of the picture that gives a vertex its color: mirrored at the edge, or closer to the edge if the
// mirror image does not lie on the far surface.
std::array<float, 2> mirrored_texel(const DepthGrid& grid, PlaneView<const float> alpha,
                                    const FarVertex& vertex, int i, int j) {
  constexpr float kInset = 1;            // texels: colors right at an edge are mixed with the near surface's
  constexpr float kSameDepth = 0.98f;    // of the vertex' depth
  constexpr float kSureAlpha = 0.98f;    // the person's own color
  constexpr float kLeastLength = 1e-3f;  // texels, against division by 0
  const float dx = vertex.source_x - grid.x(i), dy = vertex.source_y - grid.y(j);
  const float inset = kInset / std::max(std::hypot(dx, dy), kLeastLength);
  for (const float reach : {1.0f, 0.5f, 0.0f}) {
    const float u = std::clamp(vertex.source_x + dx * (reach + inset), 0.0f, static_cast<float>(grid.width));
    const float v = std::clamp(vertex.source_y + dy * (reach + inset), 0.0f, static_cast<float>(grid.height));
    const int column = std::min(static_cast<int>(u) / grid.step, grid.columns() - 1);
    const int row = std::min(static_cast<int>(v) / grid.step, grid.rows() - 1);
    const int x = std::min(static_cast<int>(u), grid.width - 1),
              y = std::min(static_cast<int>(v), grid.height - 1);
    if (grid.z(column, row) > vertex.z * kSameDepth && alpha(x, y) > kSureAlpha) return {u, v};
  }
  return {vertex.source_x, vertex.source_y};
}

}  // namespace

ContinuedSurfaces continue_surfaces(const DepthGrid& grid, const DepthCells& cells,
                                    const Plane<std::uint8_t>& sure, PlaneView<const float> alpha) {
  ContinuedSurfaces surfaces;
  Plane<FarVertex> far;
  std::vector<GridPoint> ring = continue_past_cuts(grid, cells, surfaces.near_z, far);
  grow_far_surface(grid, sure, std::move(ring), far);
  for (Plane<float>* plane : {&surfaces.far_z, &surfaces.texture_x, &surfaces.texture_y})
    plane->resize(grid.columns(), grid.rows(), 0.0f);
  for (int j = 0; j < grid.rows(); ++j)
    for (int i = 0; i < grid.columns(); ++i) {
      if (!(far(i, j).z > 0)) continue;
      const auto [u, v] = mirrored_texel(grid, alpha, far(i, j), i, j);
      surfaces.far_z(i, j) = far(i, j).z;
      surfaces.texture_x(i, j) = u;
      surfaces.texture_y(i, j) = v;
    }
  return surfaces;
}

}  // namespace portrait_depth
