// The project's rasterizer: the 3D photo's renderer and the training people's renderer use it.
//
// It fills a visibility buffer: the nearest triangle and its 1/Z for each sample. The caller shades each
// sample once afterwards, from barycentric coordinates. Corners are snapped to 1/256 of a sample; coverage is
// exact from there on, so that a surface of triangles has no cracks and no sample is drawn twice. The result
// does not depend on the number of threads. Based on: J. Pineda, A Parallel Algorithm for Polygon
// Rasterization, 1988; C. Burns, W. Hunt, The Visibility Buffer, 2013.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <span>
#include <vector>

#include "portrait_depth/image.hpp"
#include "portrait_depth/thread_pool.hpp"

namespace portrait_depth {

/// A vertex after projection: x and y in samples of the buffer (sample centers are at +0.5), and 1/Z in
/// 1/metres. A vertex at or behind the camera has inv_z ≤ 0; triangles with such a vertex are dropped.
struct ScreenVertex {
  float x = 0, y = 0, inv_z = 0;
};

/// Perspective-correct weights of a triangle's corners; they sum to 1.
struct Barycentric {
  float a = 0, b = 0, c = 0;
};

inline constexpr std::uint32_t kNoTriangle = std::numeric_limits<std::uint32_t>::max();

/// Rows of samples that a run of triangles may touch; empty when first > last.
struct RowRange {
  int first = 0, last = -1;
};

/// One entry a sample. `clear` also sets the size, and keeps the memory if it suffices.
struct VisibilityBuffer {
  Plane<float> inv_z;              ///< 1/Z of the nearest surface; 0 without a surface.
  Plane<std::uint32_t> triangle;   ///< Its triangle's number, or kNoTriangle.
  std::vector<RowRange> run_rows;  ///< Scratch of `draw` with threads.
  void clear(int width, int height);
};

enum class Cull {
  none,
  back
};  ///< `back` drops triangles whose corners run counter-clockwise on the screen (y down).

/// Called for each sample before it is drawn; false keeps the sample unchanged (cut-out alpha).
using CoverageTest = std::function<bool(std::uint32_t triangle, const Barycentric& weights, int x, int y)>;

struct DrawOptions {
  std::uint32_t first_triangle = 0;  ///< The number of the first triangle; the others follow.
  Cull cull = Cull::none;
  const CoverageTest* test = nullptr;  ///< Called from several threads when a pool is given.
  ThreadPool* threads = nullptr;       ///< Null: on the calling thread.
};

/// Draws triangles (three indices each) into `target`. The nearest surface is kept; of equal depths, the
/// first one. A sample on a shared edge belongs to exactly one of the two triangles (top-left rule).
void draw(std::span<const ScreenVertex> vertices, std::span<const std::uint32_t> indices,
          const DrawOptions& options, VisibilityBuffer& target);

/// Triangles are assigned to bands of rows in runs of this length.
inline constexpr std::size_t kRunTriangles = 512;

/// Writes the rows that each run of kRunTriangles triangles may touch, one entry a run.
void find_run_rows(std::span<const ScreenVertex> vertices, std::span<const std::uint32_t> indices,
                   std::vector<RowRange>& run_rows);

/// Some rows of a visibility buffer: row 0 of the planes is the buffer's row `first_row`.
struct VisibilityBand {
  PlaneView<float> inv_z;
  PlaneView<std::uint32_t> triangle;
  int first_row = 0;
};

/// Draws into a band, on the calling thread. Skips the runs of triangles that do not touch it (`run_rows`
/// from find_run_rows, or empty). options.threads is not used.
void draw_band(std::span<const ScreenVertex> vertices, std::span<const std::uint32_t> indices,
               std::span<const RowRange> run_rows, const DrawOptions& options, const VisibilityBand& band);

/// The weights of the triangle a, b, c at the point (x, y) of the screen, which lies inside the triangle.
Barycentric barycentric_at(const ScreenVertex& a, const ScreenVertex& b, const ScreenVertex& c, float x,
                           float y);

}  // namespace portrait_depth
