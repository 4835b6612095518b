// Depth on a regular grid over the photo: sampled, smoothed without blurring edges, edges made crisp, and
// continued beyond the silhouette.
#pragma once

#include "portrait_depth/camera.hpp"
#include "portrait_depth/image.hpp"
#include "portrait_depth/thread_pool.hpp"

namespace portrait_depth {

/// A depth a vertex, in metres; 0 where there is no surface. Vertex (i, j) lies at texel (min(i step, width),
/// min(j step, height)), the upper left corner of the picture being (0, 0).
struct DepthGrid {
  Plane<float> z;
  int step = 2;
  int width = 0, height = 0;  ///< Of the picture, texels.

  int columns() const { return z.width(); }
  int rows() const { return z.height(); }
  float x(int column) const { return static_cast<float>(column + 1 < columns() ? column * step : width); }
  float y(int row) const { return static_cast<float>(row + 1 < rows() ? row * step : height); }
};

/// Vertices that the person surely covers (a mask near 1) get the mean depth of the texels around them;
/// others get 0.
DepthGrid sample_depth_grid(PlaneView<const float> metres, PlaneView<const float> mask, int step,
                            ThreadPool& threads);

/// Evens out noise; a neighbor counts less the more its depth differs. C. Tomasi, R. Manduchi, Bilateral
/// Filtering for Gray and Color Images, 1998.
void smooth_depth_grid(DepthGrid& grid, int passes, ThreadPool& threads);

/// Turns ramps that are steeper than `edge_slope` (depth over sideways distance) into steps between the two
/// surfaces that they join, so that a cut there leaves no slope in between.
void sharpen_depth_edges(DepthGrid& grid, const Intrinsics& intrinsics, float edge_slope,
                         ThreadPool& threads);

/// Continues the surface outwards over all vertices where `needed` is not 0, as far as they hang together.
void grow_depth_grid(DepthGrid& grid, const Plane<std::uint8_t>& needed);

}  // namespace portrait_depth
