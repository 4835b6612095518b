#include "render/rasterizer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <vector>

namespace portrait_depth {
namespace {

// A square of `size` samples a side is drawn as eight triangles around `middle`; `half` divides its sides.
void expect_each_sample_once(float size, float half, std::array<float, 2> middle) {
  const std::vector<ScreenVertex> vertices = {
      {0, 0, 1},       {half, 0, 1}, {size, 0, 1},    {0, half, 1},   {middle[0], middle[1], 1},
      {size, half, 1}, {0, size, 1}, {half, size, 1}, {size, size, 1}};
  const std::vector<std::uint32_t> indices = {0, 1, 4, 0, 4, 3, 1, 2, 5, 1, 5, 4,
                                              3, 4, 7, 3, 7, 6, 4, 5, 8, 4, 8, 7};
  const int side = static_cast<int>(size);
  Plane<int> hits(side, side, 0);
  for (std::size_t t = 0; t < indices.size(); t += 3) {
    VisibilityBuffer one;
    one.clear(side, side);
    draw(vertices, std::span(indices).subspan(t, 3), {}, one);
    for (int y = 0; y < side; ++y)
      for (int x = 0; x < side; ++x) hits(x, y) += one.triangle(x, y) != kNoTriangle;
  }
  EXPECT_THAT(hits.values(), testing::Each(1));
}

// Small and large triangles are drawn by code of their own. Edges through sample centers belong to one
// triangle.
TEST(Rasterizer, CoversEverySampleOfATriangulatedSquareExactlyOnce) {
  for (const float size : {16.0f, 300.0f}) {
    SCOPED_TRACE(size);
    const float half = size / 2 + 0.5f;
    expect_each_sample_once(size, half, {0.456f * size, 0.381f * size});
    expect_each_sample_once(size, half, {half, half});  // edges along rows and columns of sample centers
  }
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
