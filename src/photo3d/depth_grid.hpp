// Depth on a regular grid over the photo: sampled, smoothed along surfaces, sharpened at edges, and
// extrapolated beyond the silhouette.
#pragma once

#include "portrait_depth/camera.hpp"
#include "portrait_depth/image.hpp"
#include "portrait_depth/thread_pool.hpp"

namespace portrait_depth {

/// One depth a vertex, in metres; 0 where there is no surface. Vertex (i, j) is at texel (min(i step, width),
/// min(j step, height)); (0, 0) is the upper left corner of the picture.
struct DepthGrid {
  Plane<float> z;
  int step = 2;
  int width = 0, height = 0;  ///< The picture's, in texels.

  int columns() const { return z.width(); }
  int rows() const { return z.height(); }
  float x(int column) const { return static_cast<float>(column + 1 < columns() ? column * step : width); }
  float y(int row) const { return static_cast<float>(row + 1 < rows() ? row * step : height); }
};

/// Vertices in the sure part of the mask (near 1) get the mean depth of the four texels around them; others
/// get 0.
DepthGrid sample_depth_grid(PlaneView<const float> metres, PlaneView<const float> mask, int step,
                            ThreadPool& threads);

/// Bilateral filter: removes noise; a neighbor weighs less if its depth differs more. C. Tomasi, R. Manduchi,
/// Bilateral Filtering for Gray and Color Images, 1998.
void smooth_depth_grid(DepthGrid& grid, int passes, ThreadPool& threads);

/// Turns ramps steeper than `edge_slope` (metres of depth a metre sideways) into steps between the two
/// surfaces that they join, so that a cut leaves no slope between them.
void sharpen_depth_edges(DepthGrid& grid, const Intrinsics& intrinsics, float edge_slope,
                         ThreadPool& threads);

/// Extrapolates the surface outwards, over all vertices where `needed` is not 0 and that are connected to it.
void grow_depth_grid(DepthGrid& grid, const Plane<std::uint8_t>& needed);

}  // namespace portrait_depth
