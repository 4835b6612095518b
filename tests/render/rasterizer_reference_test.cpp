// The rasterizer against a simple one in double precision.
#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

#include "render/rasterizer.hpp"

namespace portrait_depth {
namespace {

struct Point {
  double x, y;
};

Point snapped(const ScreenVertex& v) {
  return {std::nearbyint(v.x * 256.0) / 256, std::nearbyint(v.y * 256.0) / 256};
}

double edge(Point a, Point b, Point p) {
  return (b.x - a.x) * (p.y - a.y) - (b.y - a.y) * (p.x - a.x);
}

bool owns(Point a, Point b) {
  return b.y < a.y || (b.y == a.y && b.x > a.x);
}

void draw_slowly(const std::vector<ScreenVertex>& vertices, const std::vector<std::uint32_t>& indices,
                 Cull cull, Plane<double>& inv_z, Plane<std::uint32_t>& triangle) {
  for (std::size_t t = 0; t < indices.size() / 3; ++t) {
    ScreenVertex v[3] = {vertices[indices[3 * t]], vertices[indices[3 * t + 1]],
                         vertices[indices[3 * t + 2]]};
    if (!(v[0].inv_z > 0 && v[1].inv_z > 0 && v[2].inv_z > 0)) continue;
    double area = edge(snapped(v[0]), snapped(v[1]), snapped(v[2]));
    if (area == 0 || (area < 0 && cull == Cull::back)) continue;
    if (area < 0) std::swap(v[1], v[2]);
    const Point p[3] = {snapped(v[0]), snapped(v[1]), snapped(v[2])};
    area = std::abs(area);
    for (int y = 0; y < inv_z.height(); ++y)
      for (int x = 0; x < inv_z.width(); ++x) {
        double sum = 0;
        bool inside = true;
        for (std::size_t i = 0; i < 3; ++i) {
          const Point from = p[(i + 1) % 3], to = p[(i + 2) % 3];
          const double w = edge(from, to, {x + 0.5, y + 0.5});
          inside = inside && (w > 0 || (w == 0 && owns(from, to)));
          sum += w * v[i].inv_z;
        }
        // Of equal depths the first one is kept. Depths within a float's rounding count as equal.
        if (!inside || sum / area <= inv_z(x, y)) continue;
        inv_z(x, y) = sum / area;
        triangle(x, y) = static_cast<std::uint32_t>(t);
      }
  }
}

struct Soup {
  std::vector<ScreenVertex> vertices;
  std::vector<std::uint32_t> indices;
};

// Triangles of all sizes: many have corners on centers and edges of samples, some are behind the camera or
// far outside.
Soup random_soup(unsigned seed, int triangles, int width, int height) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<float> unit(0, 1);
  Soup soup;
  for (int t = 0; t < triangles; ++t) {
    const float size = std::pow(10.0f, 3 * unit(random) - 0.5f);
    const float x = (1.4f * unit(random) - 0.2f) * static_cast<float>(width);
    const float y = (1.4f * unit(random) - 0.2f) * static_cast<float>(height);
    const bool on_grid = unit(random) < 0.4f;
    for (int i = 0; i < 3; ++i) {
      ScreenVertex v{x + size * (unit(random) - 0.5f), y + size * (unit(random) - 0.5f), 0.2f + unit(random)};
      if (on_grid) v = {std::round(2 * v.x) / 2, std::round(2 * v.y) / 2, v.inv_z};
      if (unit(random) < 0.01f) v.inv_z = -1;
      soup.indices.push_back(static_cast<std::uint32_t>(soup.vertices.size()));
      soup.vertices.push_back(v);
    }
  }
  return soup;
}

void expect_same(const VisibilityBuffer& fast, const Plane<double>& inv_z,
                 const Plane<std::uint32_t>& triangle) {
  int differing = 0;
  for (int y = 0; y < inv_z.height(); ++y)
    for (int x = 0; x < inv_z.width(); ++x) {
      EXPECT_NEAR(fast.inv_z(x, y), inv_z(x, y), 1e-5) << x << ' ' << y;
      differing += fast.triangle(x, y) != triangle(x, y);
    }
  EXPECT_LE(differing, 2);  // surfaces that cross within a float's rounding
}

TEST(RasterizerReference, AgreesWithDoublePrecisionOnTrianglesOfAllSizes) {
  for (const auto& [width, height] :
       {std::pair{97, 61}, std::pair{8, 40}, std::pair{5, 7}, std::pair{300, 33}})
    for (const Cull cull : {Cull::none, Cull::back}) {
      const Soup soup = random_soup(static_cast<unsigned>(width), 700, width, height);
      Plane<double> inv_z(width, height, 0.0);
      Plane<std::uint32_t> triangle(width, height, kNoTriangle);
      draw_slowly(soup.vertices, soup.indices, cull, inv_z, triangle);
      VisibilityBuffer fast;
      fast.clear(width, height);
      DrawOptions options;
      options.cull = cull;
      draw(soup.vertices, soup.indices, options, fast);
      expect_same(fast, inv_z, triangle);
    }
}

TEST(RasterizerReference, ThreadsDoNotChangeASample) {
  const Soup soup = random_soup(7, 3000, 211, 173);
  VisibilityBuffer alone, together;
  alone.clear(211, 173);
  together.clear(211, 173);
  draw(soup.vertices, soup.indices, {}, alone);
  ThreadPool threads(3);
  DrawOptions options;
  options.threads = &threads;
  draw(soup.vertices, soup.indices, options, together);
  EXPECT_TRUE(std::ranges::equal(alone.inv_z.values(), together.inv_z.values()));
  EXPECT_TRUE(std::ranges::equal(alone.triangle.values(), together.triangle.values()));
}

TEST(RasterizerReference, TheCoverageTestGetsTheShadersWeights) {
  const Soup soup = random_soup(3, 300, 64, 64);
  int seen = 0;
  const CoverageTest check = [&](std::uint32_t id, const Barycentric& w, int x, int y) {
    const ScreenVertex* v = &soup.vertices[3 * std::size_t{id}];
    EXPECT_NEAR(w.a + w.b + w.c, 1, 1e-4);
    const float area =
        std::abs((v[1].x - v[0].x) * (v[2].y - v[0].y) - (v[1].y - v[0].y) * (v[2].x - v[0].x));
    if (area < 20) return true;  // snapping changes the weights of slivers
    const Barycentric expected =
        barycentric_at(v[0], v[1], v[2], static_cast<float>(x) + 0.5f, static_cast<float>(y) + 0.5f);
    EXPECT_NEAR(w.a, expected.a, 0.05);
    EXPECT_NEAR(w.b, expected.b, 0.05);
    return ++seen > 0;
  };
  VisibilityBuffer target;
  target.clear(64, 64);
  DrawOptions options;
  options.test = &check;
  draw(soup.vertices, soup.indices, options, target);
  EXPECT_GT(seen, 1000);
}

}  // namespace
}  // namespace portrait_depth
