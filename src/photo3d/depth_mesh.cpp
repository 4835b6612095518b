#include "photo3d/depth_mesh.hpp"

#include <algorithm>
#include <utility>

#include "photo3d/depth_cells.hpp"
#include "photo3d/depth_grid.hpp"
#include "photo3d/disocclusion.hpp"
#include "photo3d/relief_slope.hpp"
#include "photo3d/surface_blocks.hpp"
#include "photo3d/triangulation.hpp"

namespace portrait_depth {

int default_grid_step(int width, int height) {
  constexpr double kLargestFineTexture = 1.5e6;  // texels: above it, the mesh would need most of the memory
  return static_cast<double>(width) * height <= kLargestFineTexture ? 1 : 2;
}

DepthMesh make_depth_mesh(PlaneView<const float> metres, PlaneView<const float> alpha,
                          const Intrinsics& intrinsics, const DepthMeshOptions& options,
                          ThreadPool& threads) {
  constexpr int kSmoothingPasses = 3;
  MeshParts parts;
  parts.intrinsics = intrinsics;
  parts.options = options;
  DepthGrid& grid = parts.grid;
  grid = sample_depth_grid(metres, alpha, options.step, threads);
  if (grid.columns() < 2 || grid.rows() < 2) return {};
  Plane<std::uint8_t> sure(grid.columns(), grid.rows());
  const auto depths = grid.z.values();
  std::transform(depths.begin(), depths.end(), sure.values().begin(), [](float z) { return z > 0; });
  smooth_depth_grid(grid, kSmoothingPasses, threads);
  if (options.edge_slope) sharpen_depth_edges(grid, intrinsics, *options.edge_slope, threads);
  Plane<std::uint8_t> visible = find_visible_cells(grid, alpha);
  grow_depth_grid(grid, corners_of(visible));
  if (!options.edge_slope) limit_relief_slope(grid, intrinsics.fx, options.pivot_metres, options.relief);
  parts.cells = options.edge_slope
                    ? cut_at_depth_edges(grid, std::move(visible), sure, intrinsics, *options.edge_slope)
                    : whole_cells(grid, std::move(visible));
  parts.continued = continue_surfaces(grid, parts.cells, sure, alpha);
  return triangulate(parts);
}

}  // namespace portrait_depth
