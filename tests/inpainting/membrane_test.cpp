#include "inpainting/membrane.hpp"

#include <gtest/gtest.h>

namespace portrait_depth {
namespace {

// A box whose border has the values of a tilted plane.
struct MembraneBox {
  Plane<Rgb> values;
  Plane<MembraneCell> cells;
};

Rgb slope(int x, int y) {
  return {static_cast<float>(x), static_cast<float>(2 * y), static_cast<float>(x + y)};
}

MembraneBox tilted_box(int width, int height) {
  MembraneBox box{Plane<Rgb>(width, height, Rgb{}),
                  Plane<MembraneCell>(width, height, MembraneCell::unknown)};
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      if (x > 0 && y > 0 && x + 1 < width && y + 1 < height) continue;
      box.cells(x, y) = MembraneCell::known;
      box.values(x, y) = slope(x, y);
    }
  return box;
}

TEST(Membrane, ATiltedBorderGivesATiltedPlane) {
  MembraneBox box = tilted_box(90, 60);
  ThreadPool threads(2);
  interpolate_membrane(box.values, box.cells, threads);
  for (int y = 1; y < 59; ++y)
    for (int x = 1; x < 89; ++x)
      for (std::size_t c = 0; c < 3; ++c)
        ASSERT_NEAR(box.values(x, y)[c], slope(x, y)[c], 4.0f) << x << ", " << y;
}

TEST(Membrane, IsTheSameOnAnyNumberOfThreads) {
  MembraneBox one = tilted_box(50, 70), three = one;
  ThreadPool single(1), several(3);
  interpolate_membrane(one.values, one.cells, single);
  interpolate_membrane(three.values, three.cells, several);
  EXPECT_TRUE(
      std::equal(one.values.values().begin(), one.values.values().end(), three.values.values().begin()));
}

TEST(Membrane, CellsThatNoKnownCellReachesAreZero) {
  Plane<Rgb> values(20, 20, Rgb{7, 7, 7});
  const Plane<MembraneCell> cells(20, 20, MembraneCell::unknown);
  ThreadPool threads(1);
  interpolate_membrane(values, cells, threads);
  EXPECT_EQ(values(10, 10), (Rgb{0, 0, 0}));
}

}  // namespace
}  // namespace portrait_depth
