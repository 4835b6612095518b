#include "image/morphology.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

namespace portrait_depth {
namespace {

int set_pixels(const Plane<std::uint8_t>& mask) {
  return static_cast<int>(std::count_if(mask.values().begin(), mask.values().end(),
                                        [](std::uint8_t value) { return value != 0; }));
}

Plane<std::uint8_t> box(int width, int height, int x0, int y0, int x1, int y1) {
  Plane<std::uint8_t> mask(width, height, 0);
  for (int y = y0; y < y1; ++y)
    for (int x = x0; x < x1; ++x) mask(x, y) = 7;  // any value but 0 is set
  return mask;
}

TEST(Morphology, ACrossGrowsAndShrinksByOnePixel) {
  Plane<std::uint8_t> dot = box(7, 7, 3, 3, 4, 4);
  const Plane<std::uint8_t> cross = dilated(dot);
  EXPECT_EQ(set_pixels(cross), 5);
  EXPECT_EQ(cross(2, 3), 1);
  EXPECT_EQ(cross(2, 2), 0);
  EXPECT_EQ(set_pixels(eroded(cross)), 1);
  EXPECT_EQ(set_pixels(eroded(dot)), 0);
}

TEST(Morphology, AnOpeningRemovesThinLinesAndKeepsWideBars) {
  Plane<std::uint8_t> mask = box(30, 20, 0, 4, 30, 6);  // two pixels wide
  for (int x = 0; x < 30; ++x)
    for (int y = 10; y < 13; ++y) mask(x, y) = 1;  // three pixels wide
  const Plane<std::uint8_t> result = opened(mask);
  for (int x = 0; x < 30; ++x) {
    EXPECT_EQ(result(x, 4), 0) << x;
    EXPECT_EQ(result(x, 5), 0) << x;
    for (int y = 10; y < 13; ++y) EXPECT_EQ(result(x, y), 1) << x << ' ' << y;
  }
}

TEST(Morphology, BorderValuesContinueBeyondTheBorder) {
  const Plane<std::uint8_t> corner = box(9, 9, 0, 0, 3, 3);
  EXPECT_EQ(set_pixels(eroded(corner)), 4);  // no pixel is lost at the picture's own border
}

TEST(Morphology, ASquareReachesItsRadiusInBothDirections) {
  Plane<std::uint8_t> mask = box(40, 30, 12, 9, 13, 10);
  mask(39, 29) = 1;
  dilate_by_square(mask, 4);
  for (int y = 0; y < 30; ++y)
    for (int x = 0; x < 40; ++x) {
      const bool is_near = (std::abs(x - 12) <= 4 && std::abs(y - 9) <= 4) || (x >= 35 && y >= 25);
      EXPECT_EQ(mask(x, y) != 0, is_near) << x << ' ' << y;
    }
}

}  // namespace
}  // namespace portrait_depth
