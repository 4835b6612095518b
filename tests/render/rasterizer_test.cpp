#include "render/rasterizer.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace portrait_depth {
namespace {

TEST(Rasterizer, CoversEverySampleOfATriangulatedSquareExactlyOnce) {
  // Nine vertices, the middle one off the grid: eight triangles that tile 16 x 16 samples. Some edges pass
  // through sample centers.
  const std::vector<ScreenVertex> vertices = {{0, 0, 1},    {8.5f, 0, 1},    {16, 0, 1},
                                              {0, 8.5f, 1}, {7.3f, 6.1f, 1}, {16, 7.5f, 1},
                                              {0, 16, 1},   {8.5f, 16, 1},   {16, 16, 1}};
  const std::vector<std::uint32_t> indices = {0, 1, 4, 0, 4, 3, 1, 2, 5, 1, 5, 4,
                                              3, 4, 7, 3, 7, 6, 4, 5, 8, 4, 8, 7};
  Plane<int> hits(16, 16, 0);
  for (std::size_t t = 0; t < indices.size(); t += 3) {
    VisibilityBuffer one;
    one.clear(16, 16);
    draw(vertices, std::span(indices).subspan(t, 3), {}, one);
    for (int y = 0; y < 16; ++y)
      for (int x = 0; x < 16; ++x) hits(x, y) += one.triangle(x, y) != kNoTriangle;
  }
  for (const int n : hits.values()) EXPECT_EQ(n, 1);
}

TEST(Rasterizer, TheNearestSurfaceIsKeptInAnyOrder) {
  const std::vector<ScreenVertex> vertices = {{0, 0, 0.5f}, {20, 0, 0.5f}, {0, 20, 0.5f},
                                              {0, 0, 1},    {20, 0, 1},    {0, 20, 1}};
  for (const auto& order :
       {std::vector<std::uint32_t>{0, 1, 2, 3, 4, 5}, std::vector<std::uint32_t>{3, 4, 5, 0, 1, 2}}) {
    VisibilityBuffer target;
    target.clear(8, 8);
    draw(vertices, order, {}, target);
    EXPECT_FLOAT_EQ(target.inv_z(3, 3), 1.0f);
    EXPECT_EQ(target.triangle(3, 3), order[0] == 3 ? 0u : 1u);
  }
}

TEST(Rasterizer, WeightsArePerspectiveCorrect) {
  // An edge from Z = 1 to Z = 3: the middle of the projected edge is at a quarter of the edge in space.
  const ScreenVertex a{0, 0, 1}, b{10, 0, 1.0f / 3}, c{0, 10, 1};
  const Barycentric weights = barycentric_at(a, b, c, 5, 0);
  EXPECT_NEAR(weights.a, 0.75f, 1e-6f);
  EXPECT_NEAR(weights.b, 0.25f, 1e-6f);
}

TEST(Rasterizer, DropsTrianglesThatReachBehindTheCamera) {
  VisibilityBuffer target;
  target.clear(8, 8);
  draw(std::vector<ScreenVertex>{{0, 0, 1}, {8, 0, 1}, {0, 8, -1}}, std::vector<std::uint32_t>{0, 1, 2}, {},
       target);
  for (const std::uint32_t id : target.triangle.values()) EXPECT_EQ(id, kNoTriangle);
}

TEST(Rasterizer, TheCoverageTestGetsTheCornersInTheCallersOrder) {
  VisibilityBuffer target;
  target.clear(8, 8);
  const CoverageTest near_corner_b = [](std::uint32_t, const Barycentric& w, int, int) { return w.b > 0.5f; };
  DrawOptions options;
  options.test = &near_corner_b;
  draw(std::vector<ScreenVertex>{{0, 0, 1}, {0, 8, 1}, {8, 0, 1}}, std::vector<std::uint32_t>{0, 1, 2},
       options, target);
  EXPECT_NE(target.triangle(0, 6), kNoTriangle);
  EXPECT_EQ(target.triangle(6, 0), kNoTriangle);
}

}  // namespace
}  // namespace portrait_depth
