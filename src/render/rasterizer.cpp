#include "render/rasterizer.hpp"

#include <algorithm>
#include <cmath>

// Compiles the inner loops for every instruction set; the first call chooses the best one that the machine
// has.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "render/rasterizer.cpp"
#include <hwy/foreach_target.h>  // must come before highway.h
#include <hwy/highway.h>

#include "render/rasterizer_rows-inl.hpp"

#if HWY_ONCE
namespace portrait_depth {
namespace {

HWY_EXPORT(draw_triangles);

constexpr float kFarthestRow = 1e6f;  // far outside every buffer, and within an int

// Twice the signed area of (a, b, p); positive when they run clockwise on a screen with y down.
float edge(const ScreenVertex& a, const ScreenVertex& b, float x, float y) {
  return (b.x - a.x) * (y - a.y) - (b.y - a.y) * (x - a.x);
}

RowRange rows_of(std::span<const ScreenVertex> vertices, std::span<const std::uint32_t> indices) {
  float low = std::numeric_limits<float>::max(), high = -low;
  for (const std::uint32_t index : indices) {
    low = std::min(low, vertices[index].y);
    high = std::max(high, vertices[index].y);
  }
  const auto row = [](float y) {
    return static_cast<int>(std::floor(std::clamp(y, -kFarthestRow, kFarthestRow)));
  };
  return {row(low) - 1, row(high) + 1};
}

}  // namespace

void VisibilityBuffer::clear(int width, int height) {
  inv_z.resize(width, height, 0.0f);
  triangle.resize(width, height, kNoTriangle);
}

Barycentric barycentric_at(const ScreenVertex& a, const ScreenVertex& b, const ScreenVertex& c, float x,
                           float y) {
  const float wa = edge(b, c, x, y) * a.inv_z, wb = edge(c, a, x, y) * b.inv_z,
              wc = edge(a, b, x, y) * c.inv_z;
  const float scale = 1.0f / (wa + wb + wc);
  return {wa * scale, wb * scale, wc * scale};
}

void find_run_rows(std::span<const ScreenVertex> vertices, std::span<const std::uint32_t> indices,
                   std::vector<RowRange>& run_rows) {
  const std::size_t run = 3 * kRunTriangles;
  run_rows.resize((indices.size() + run - 1) / run);
  for (std::size_t i = 0; i < run_rows.size(); ++i)
    run_rows[i] = rows_of(vertices, indices.subspan(i * run, std::min(run, indices.size() - i * run)));
}

void draw_band(std::span<const ScreenVertex> vertices, std::span<const std::uint32_t> indices,
               std::span<const RowRange> run_rows, const DrawOptions& options, const VisibilityBand& band) {
  const std::size_t triangles = indices.size() / 3;
  if (triangles == 0 || band.inv_z.empty()) return;
  const RasterizerWork work{vertices.data(), indices.data(), &options, band};
  if (run_rows.empty()) return HWY_DYNAMIC_DISPATCH(draw_triangles)(work, 0, triangles);
  const int first_row = band.first_row, last_row = band.first_row + band.inv_z.height() - 1;
  for (std::size_t run = 0; run < run_rows.size(); ++run) {
    if (run_rows[run].first > last_row || run_rows[run].last < first_row) continue;
    HWY_DYNAMIC_DISPATCH(draw_triangles)
    (work, run * kRunTriangles, std::min(triangles, (run + 1) * kRunTriangles));
  }
}

void draw(std::span<const ScreenVertex> vertices, std::span<const std::uint32_t> indices,
          const DrawOptions& options, VisibilityBuffer& target) {
  const int width = target.inv_z.width(), height = target.inv_z.height();
  if (options.threads == nullptr || options.threads->threads() == 1) {
    draw_band(vertices, indices, {}, options, {target.inv_z.view(), target.triangle.view(), 0});
    return;
  }
  // Several bands a thread balance the load; in very low bands the search for triangles would dominate.
  constexpr int kBandsPerThread = 8, kLeastRows = 16;
  find_run_rows(vertices, indices, target.run_rows);
  const int rows = std::max(kLeastRows, height / (kBandsPerThread * options.threads->threads()) + 1);
  options.threads->parallel_for((height + rows - 1) / rows, [&](int index, int) {
    const int first_row = index * rows, band_rows = std::min(rows, height - first_row);
    const VisibilityBand band{{target.inv_z.row(first_row), width, band_rows},
                              {target.triangle.row(first_row), width, band_rows},
                              first_row};
    draw_band(vertices, indices, target.run_rows, options, band);
  });
}

}  // namespace portrait_depth
#endif  // HWY_ONCE
