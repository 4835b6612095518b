#include "photo3d/depth_grid.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

namespace portrait_depth {
namespace {

constexpr float kSureMask = 0.85f;   // from it on, depth is the person's and not the background's
constexpr float kNoSurface = 1e18f;  // metres: its weight in the bilateral filter is 0

// Calls visit(column, row) for the up to eight neighbors of a vertex.
template <class Visit>
void for_neighbors(const DepthGrid& grid, int column, int row, Visit&& visit) {
  for (int j = std::max(row - 1, 0); j <= std::min(row + 1, grid.rows() - 1); ++j)
    for (int i = std::max(column - 1, 0); i <= std::min(column + 1, grid.columns() - 1); ++i)
      if (i != column || j != row) visit(i, j);
}

// Adds a margin of `radius` around a grid's values, so that loops along a row need no test for the border.
Plane<float> padded(const Plane<float>& z, int radius, float margin) {
  Plane<float> wide(z.width() + 2 * radius, z.height() + 2 * radius, margin);
  for (int y = 0; y < z.height(); ++y) std::copy_n(z.row(y), z.width(), wide.row(y + radius) + radius);
  return wide;
}

// The extreme (by `better`: std::min or std::max) of a window of 2 radius + 1 vertices in both directions.
template <class Better>
Plane<float> window_extremes(const Plane<float>& z, int radius, float margin, ThreadPool& threads,
                             Better&& better) {
  const Plane<float> wide = padded(z, radius, margin);
  Plane<float> along(z.width(), wide.height()), extremes(z.width(), z.height());
  const int width = z.width();
  threads.parallel_for(wide.height(), [&](int y, int) {
    const float* from = wide.row(y);
    float* to = along.row(y);
    std::copy_n(from, width, to);
    for (int k = 1; k <= 2 * radius; ++k)
      for (int x = 0; x < width; ++x) to[x] = better(to[x], from[x + k]);
  });
  threads.parallel_for(z.height(), [&](int y, int) {
    float* to = extremes.row(y);
    std::copy_n(along.row(y), width, to);
    for (int k = 1; k <= 2 * radius; ++k) {
      const float* from = along.row(y + k);
      for (int x = 0; x < width; ++x) to[x] = better(to[x], from[x]);
    }
  });
  return extremes;
}

// One row of a bilateral filter over 3 x 3 vertices. Each input row starts one value left of the first
// vertex.
void smooth_row(const float* above, const float* row, const float* below, int width, float* smoothed) {
  constexpr float kRelativeSpread = 0.006f;  // of the depth: much larger differences are edges
  for (int x = 0; x < width; ++x) {
    const float center = row[x + 1], scale = 1 / (kRelativeSpread * center);
    float sum = center, weights = 1;
    const auto add = [&](float z) {
      const float difference = (z - center) * scale;
      const float weight = 1 / (1 + difference * difference * difference * difference);
      sum += weight * z;
      weights += weight;
    };
    // Written out, and without a branch, so that compilers vectorize the loop.
    add(above[x]), add(above[x + 1]), add(above[x + 2]);
    add(row[x]), add(row[x + 2]);
    add(below[x]), add(below[x + 1]), add(below[x + 2]);
    smoothed[x] = sum / weights;
  }
}

// The mean depth of the vertices of a window on the near or on the far side of `middle`.
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

DepthGrid sample_depth_grid(PlaneView<const float> metres, PlaneView<const float> mask, int step,
                            ThreadPool& threads) {
  DepthGrid grid;
  grid.step = step;
  grid.width = metres.width();
  grid.height = metres.height();
  grid.z.resize((grid.width + step - 1) / step + 1, (grid.height + step - 1) / step + 1, 0.0f);
  threads.parallel_for(grid.rows(), [&](int j, int) {
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
  });
  return grid;
}

void smooth_depth_grid(DepthGrid& grid, int passes, ThreadPool& threads) {
  for (float& z : grid.z.values()) z = z > 0 ? z : kNoSurface;
  Plane<float> from = padded(grid.z, 1, kNoSurface), to = from;
  for (int pass = 0; pass < passes; ++pass) {
    threads.parallel_for(grid.rows(), [&](int j, int) {
      smooth_row(from.row(j), from.row(j + 1), from.row(j + 2), grid.columns(), to.row(j + 1) + 1);
    });
    std::swap(from, to);
  }
  for (int j = 0; j < grid.rows(); ++j)
    std::transform(from.row(j + 1) + 1, from.row(j + 1) + 1 + grid.columns(), grid.z.row(j),
                   [](float z) { return z < kNoSurface / 2 ? z : 0; });
}

void sharpen_depth_edges(DepthGrid& grid, const Intrinsics& intrinsics, float edge_slope,
                         ThreadPool& threads) {
  constexpr int kRadius = 3;                                  // vertices
  constexpr float kNone = std::numeric_limits<float>::max();  // excludes vertices without surface
  const Plane<float> largest =
      window_extremes(grid.z, kRadius, 0, threads, [](float a, float b) { return std::max(a, b); });
  Plane<float> known = grid.z;
  for (float& z : known.values()) z = z > 0 ? z : kNone;
  const Plane<float> least =
      window_extremes(known, kRadius, kNone, threads, [](float a, float b) { return std::min(a, b); });
  Plane<float> sharp = grid.z;
  threads.parallel_for(grid.rows(), [&](int j, int) {
    for (int i = 0; i < grid.columns(); ++i) {
      const float z = grid.z(i, j);
      if (!(z > 0)) continue;
      const float window_metres = 2.0f * kRadius * static_cast<float>(grid.step) / intrinsics.fx * z;
      if (largest(i, j) - least(i, j) < edge_slope * window_metres) continue;
      const float middle = (least(i, j) + largest(i, j)) / 2;
      const bool near = z < middle;
      // Vertices on the ramp move to the mean of their side; those beyond it stay.
      const float side = side_mean(grid.z, i, j, kRadius, middle, near);
      sharp(i, j) = near ? std::min(z, side) : std::max(z, side);
    }
  });
  grid.z = std::move(sharp);
}

void grow_depth_grid(DepthGrid& grid, const Plane<std::uint8_t>& needed) {
  std::vector<std::pair<int, int>> ring, next;
  std::vector<float> depths;
  Plane<std::uint8_t> queued(grid.columns(), grid.rows(), 0);
  const auto queue_neighbors = [&](int column, int row) {
    for_neighbors(grid, column, row, [&](int i, int j) {
      if (grid.z(i, j) > 0 || queued(i, j) != 0 || needed(i, j) == 0) return;
      queued(i, j) = 1;
      next.emplace_back(i, j);
    });
  };
  for (int j = 0; j < grid.rows(); ++j)
    for (int i = 0; i < grid.columns(); ++i)
      if (grid.z(i, j) > 0) queue_neighbors(i, j);
  while (!next.empty()) {
    ring.swap(next);
    next.clear();
    depths.clear();
    for (const auto& [column, row] : ring) {
      float sum = 0;
      int count = 0;
      for_neighbors(grid, column, row, [&](int i, int j) {
        if (!(grid.z(i, j) > 0)) return;
        sum += grid.z(i, j);
        ++count;
      });
      depths.push_back(sum / static_cast<float>(count));
    }
    for (std::size_t k = 0; k < ring.size(); ++k) grid.z(ring[k].first, ring[k].second) = depths[k];
    for (const auto& [column, row] : ring) queue_neighbors(column, row);
  }
}

}  // namespace portrait_depth
