#include "inpainting/inpaint.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

namespace portrait_depth {
namespace {

// Diagonal stripes 12 pixels wide.
Image striped(int width, int height) {
  Image image(width, height);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      const bool dark = (x + y) / 12 % 2 == 0;
      for (int c = 0; c < 3; ++c)
        image.pixel(x, y)[c] = static_cast<std::uint8_t>(dark ? 40 + 10 * c : 220 - 10 * c);
    }
  return image;
}

Plane<std::uint8_t> box_hole(int width, int height, int x0, int y0, int x1, int y1) {
  Plane<std::uint8_t> hole(width, height, 0);
  for (int y = y0; y < y1; ++y)
    for (int x = x0; x < x1; ++x) hole(x, y) = 1;
  return hole;
}

void blacken(Image& image, const Plane<std::uint8_t>& hole) {
  for (int y = 0; y < image.height(); ++y)
    for (int x = 0; x < image.width(); ++x)
      if (hole(x, y) != 0) std::fill_n(image.pixel(x, y), 3, std::uint8_t{0});
}

TEST(Inpainting, ContinuesAPattern) {
  const Image truth = striped(240, 200);
  const Plane<std::uint8_t> hole = box_hole(240, 200, 90, 70, 150, 130);
  Image picture = truth;
  blacken(picture, hole);
  ThreadPool threads(2);
  inpaint(picture, hole, threads);
  double error = 0;
  int pixels = 0;
  for (int y = 0; y < 200; ++y)
    for (int x = 0; x < 240; ++x) {
      if (hole(x, y) == 0) {
        EXPECT_TRUE(
            std::equal(truth.pixel(x, y), truth.pixel(x, y) + 3, picture.pixel(x, y)));  // outside the hole
        continue;
      }
      error += std::abs(int{picture.pixel(x, y)[0]} - int{truth.pixel(x, y)[0]});
      ++pixels;
    }
  EXPECT_LT(error / pixels, 25);  // smooth interpolation has an error of about 90
}

// The hole cuts a bright disc in front of an even wall: the result has no bright rim inside and no dark one
// outside.
TEST(Inpainting, AnEdgeOfALargeObjectMakesNoHalo) {
  constexpr std::uint8_t kWall = 90, kDisc = 180;
  Image picture(300, 300);
  for (int y = 0; y < 300; ++y)
    for (int x = 0; x < 300; ++x) {
      const int dx = x - 150, dy = y - 110;
      std::fill_n(picture.pixel(x, y), 3, dx * dx + dy * dy < 40 * 40 ? kDisc : kWall);
    }
  const Plane<std::uint8_t> hole = box_hole(300, 300, 80, 120, 220, 300);
  blacken(picture, hole);
  ThreadPool threads(2);
  inpaint(picture, hole, threads);
  for (int y = 120; y < 300; ++y)
    for (int x = 80; x < 220; ++x) {
      EXPECT_GE(int{picture.pixel(x, y)[0]}, kWall - 8) << x << ' ' << y;
      EXPECT_LE(int{picture.pixel(x, y)[0]}, kDisc + 8) << x << ' ' << y;
    }
}

// Blotches of 30 and 150: along the rim, the inpainted colors stay within that range.
TEST(Inpainting, DetailsDoNotAddUpAtTheRim) {
  constexpr int kDark = 30, kBright = 150;
  Image picture(300, 300);
  for (int y = 0; y < 300; ++y)
    for (int x = 0; x < 300; ++x)
      std::fill_n(picture.pixel(x, y), 3,
                  (x / 4 * 7919 + y / 4 * 104729) % 13 < 6 ? std::uint8_t{kDark} : std::uint8_t{kBright});
  const Plane<std::uint8_t> hole = box_hole(300, 300, 100, 100, 200, 200);
  blacken(picture, hole);
  ThreadPool threads(2);
  inpaint(picture, hole, threads);
  for (int y = 100; y < 200; ++y)
    for (int x = 100; x < 200; ++x) {
      if (std::min({x - 100, 199 - x, y - 100, 199 - y}) > 1) continue;
      EXPECT_GE(int{picture.pixel(x, y)[0]}, kDark - 4) << x << ' ' << y;
      EXPECT_LE(int{picture.pixel(x, y)[0]}, kBright + 4) << x << ' ' << y;
    }
}

// No patch continues a wall that gets brighter to the right. The colors must still match along the rim.
TEST(Inpainting, MeetsItsSurroundingsWithoutASeam) {
  Image picture(200, 160);
  const auto wall = [](int x) { return static_cast<std::uint8_t>(30 + x); };
  for (int y = 0; y < 160; ++y)
    for (int x = 0; x < 200; ++x) std::fill_n(picture.pixel(x, y), 3, wall(x));
  const Plane<std::uint8_t> hole = box_hole(200, 160, 40, 30, 160, 160);
  blacken(picture, hole);
  ThreadPool threads(2);
  inpaint(picture, hole, threads);
  for (int y = 40; y < 150; ++y) {
    EXPECT_NEAR(int{picture.pixel(40, y)[0]}, int{wall(40)}, 6) << y;
    EXPECT_NEAR(int{picture.pixel(159, y)[0]}, int{wall(159)}, 6) << y;
  }
}

TEST(Inpainting, ColorsOfTheHoleAreNotUsed) {
  Image picture = striped(200, 160);
  const Plane<std::uint8_t> hole = box_hole(200, 160, 60, 40, 140, 160);
  for (int y = 40; y < 160; ++y)
    for (int x = 60; x < 140; ++x)
      std::ranges::copy(std::array<std::uint8_t, 3>{255, 0, 0}, picture.pixel(x, y));
  ThreadPool threads(2);
  inpaint(picture, hole, threads);
  for (int y = 40; y < 160; ++y)
    for (int x = 60; x < 140; ++x)
      EXPECT_LT(picture.pixel(x, y)[0] - picture.pixel(x, y)[1], 60) << x << ' ' << y;
}

TEST(Inpainting, DoesNotDependOnThreads) {
  const Plane<std::uint8_t> hole = box_hole(200, 160, 60, 40, 140, 160);
  Image alone = striped(200, 160), together = alone;
  ThreadPool one(1), three(3);
  inpaint(alone, hole, one);
  inpaint(together, hole, three);
  EXPECT_TRUE(std::ranges::equal(alone.bytes(), together.bytes()));
}

TEST(Inpainting, APictureThatIsAllHoleStaysUnchanged) {
  Image picture = striped(64, 64);
  ThreadPool threads(1);
  inpaint(picture, Plane<std::uint8_t>(64, 64, 1), threads);
  EXPECT_TRUE(std::ranges::equal(picture.bytes(), striped(64, 64).bytes()));
  Image tiny = striped(5, 3);
  inpaint(tiny, box_hole(5, 3, 2, 1, 4, 3), threads);
}

}  // namespace
}  // namespace portrait_depth
