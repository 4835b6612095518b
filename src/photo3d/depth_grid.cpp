#include "photo3d/depth_grid.hpp"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

namespace portrait_depth {
namespace {

constexpr float kSureMask = 0.85f;

// Calls visit(column, row) for the up to eight neighbours of a vertex.
template <class Visit>
void for_neighbours(const DepthGrid& grid, int column, int row, Visit&& visit) {
  for (int j = std::max(row - 1, 0); j <= std::min(row + 1, grid.rows() - 1); ++j)
    for (int i = std::max(column - 1, 0); i <= std::min(column + 1, grid.columns() - 1); ++i)
      if (i != column || j != row) visit(i, j);
}

// The least and largest depth in a window of 2 radius + 1 vertices; vertices without surface do not count.
struct DepthRange {
  float least = std::numeric_limits<float>::max(), largest = 0;

  void add(const DepthRange& other) {
    least = std::min(least, other.least);
    largest = std::max(largest, other.largest);
  }
};

Plane<DepthRange> window_ranges(const Plane<float>& z, int radius) {
  Plane<DepthRange> along(z.width(), z.height()), both(z.width(), z.height());
  for (int y = 0; y < z.height(); ++y)
    for (int x = 0; x < z.width(); ++x)
      for (int i = std::max(x - radius, 0); i <= std::min(x + radius, z.width() - 1); ++i)
        if (z(i, y) > 0) along(x, y).add({z(i, y), z(i, y)});
  for (int y = 0; y < z.height(); ++y)
    for (int j = std::max(y - radius, 0); j <= std::min(y + radius, z.height() - 1); ++j)
      for (int x = 0; x < z.width(); ++x) both(x, y).add(along(x, j));
  return both;
}

// The mean depth of those vertices of a window that lie on the near or on the far side of `middle`.
float side_mean(const Plane<float>& z, int x, int y, int radius, float middle, bool near) {
  float sum = 0;
  int count = 0;
  for (int j = std::max(y - radius, 0); j <= std::min(y + radius, z.height() - 1); ++j)
    for (int i = std::max(x - radius, 0); i <= std::min(x + radius, z.width() - 1); ++i)
      if (z(i, j) > 0 && (z(i, j) < middle) == near) {
        sum += z(i, j);
        ++count;
      }
  return count > 0 ? sum / static_cast<float>(count) : z(x, y);
}

}  // namespace

DepthGrid sample_depth_grid(PlaneView<const float> metres, PlaneView<const float> mask, int step) {
  DepthGrid grid;
  grid.step = step;
  grid.width = metres.width();
  grid.height = metres.height();
  grid.z.resize((grid.width + step - 1) / step + 1, (grid.height + step - 1) / step + 1, 0.0f);
  for (int j = 0; j < grid.rows(); ++j)
    for (int i = 0; i < grid.columns(); ++i) {
      const int x = static_cast<int>(grid.x(i)), y = static_cast<int>(grid.y(j));
      float sum = 0;
      bool sure = true;
      for (const int v : {std::max(y - 1, 0), std::min(y, grid.height - 1)})
        for (const int u : {std::max(x - 1, 0), std::min(x, grid.width - 1)}) {
          sure = sure && mask(u, v) >= kSureMask && metres(u, v) > 0 && std::isfinite(metres(u, v));
          sum += metres(u, v);
        }
      if (sure) grid.z(i, j) = sum / 4;
    }
  return grid;
}

void smooth_depth_grid(DepthGrid& grid, int passes) {
  constexpr float kRelativeSpread = 0.006f;  // differences well beyond this are edges
  Plane<float> smoothed = grid.z;
  for (int pass = 0; pass < passes; ++pass) {
    for (int j = 0; j < grid.rows(); ++j)
      for (int i = 0; i < grid.columns(); ++i) {
        const float centre = grid.z(i, j);
        if (!(centre > 0)) continue;
        const float scale = 1 / (kRelativeSpread * centre);
        float sum = centre, weights = 1;
        for_neighbours(grid, i, j, [&](int u, int v) {
          const float difference = (grid.z(u, v) - centre) * scale;
          const float weight =
              grid.z(u, v) > 0 ? 1 / (1 + difference * difference * difference * difference) : 0;
          sum += weight * grid.z(u, v);
          weights += weight;
        });
        smoothed(i, j) = sum / weights;
      }
    std::swap(grid.z, smoothed);
  }
}

void sharpen_depth_edges(DepthGrid& grid, const Intrinsics& intrinsics, float edge_slope) {
  constexpr int kRadius = 3;
  const Plane<DepthRange> ranges = window_ranges(grid.z, kRadius);
  Plane<float> sharp = grid.z;
  for (int j = 0; j < grid.rows(); ++j)
    for (int i = 0; i < grid.columns(); ++i) {
      const float z = grid.z(i, j);
      if (!(z > 0)) continue;
      const DepthRange& range = ranges(i, j);
      const float window_metres = 2.0f * kRadius * static_cast<float>(grid.step) / intrinsics.fx * z;
      if (range.largest - range.least < edge_slope * window_metres) continue;
      const float middle = (range.least + range.largest) / 2;
      const bool near = z < middle;
      // Halfway towards the side's own mean of the nearer or farther half: the ends of the ramp, not its
      // middle.
      const float side = side_mean(grid.z, i, j, kRadius, middle, near);
      sharp(i, j) = near ? std::min(z, side) : std::max(z, side);
    }
  grid.z = std::move(sharp);
}

void grow_depth_grid(DepthGrid& grid, const Plane<std::uint8_t>& needed) {
  std::vector<std::pair<int, int>> ring, next;
  std::vector<float> depths;
  Plane<std::uint8_t> queued(grid.columns(), grid.rows(), 0);
  const auto queue_neighbours = [&](int column, int row) {
    for_neighbours(grid, column, row, [&](int i, int j) {
      if (grid.z(i, j) > 0 || queued(i, j) != 0 || needed(i, j) == 0) return;
      queued(i, j) = 1;
      next.emplace_back(i, j);
    });
  };
  for (int j = 0; j < grid.rows(); ++j)
    for (int i = 0; i < grid.columns(); ++i)
      if (grid.z(i, j) > 0) queue_neighbours(i, j);
  while (!next.empty()) {
    ring.swap(next);
    next.clear();
    depths.clear();
    for (const auto& [column, row] : ring) {
      float sum = 0;
      int count = 0;
      for_neighbours(grid, column, row, [&](int i, int j) {
        if (!(grid.z(i, j) > 0)) return;
        sum += grid.z(i, j);
        ++count;
      });
      depths.push_back(sum / static_cast<float>(count));
    }
    for (std::size_t k = 0; k < ring.size(); ++k) grid.z(ring[k].first, ring[k].second) = depths[k];
    for (const auto& [column, row] : ring) queue_neighbours(column, row);
  }
}

}  // namespace portrait_depth
