#include "inpainting/membrane.hpp"

#include <gtest/gtest.h>

namespace portrait_depth {
namespace {

// A box with its border fixed to a plane's values.
struct Box3 {
  Plane<Rgb> values;
  Plane<Spanned> place;
};

Rgb slope(int x, int y) {
  return {static_cast<float>(x), static_cast<float>(2 * y), static_cast<float>(x + y)};
}

Box3 tilted_box(int width, int height) {
  Box3 box{Plane<Rgb>(width, height, Rgb{}), Plane<Spanned>(width, height, Spanned::open)};
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      if (x > 0 && y > 0 && x + 1 < width && y + 1 < height) continue;
      box.place(x, y) = Spanned::fixed;
      box.values(x, y) = slope(x, y);
    }
  return box;
}

TEST(Membrane, ATiltedBorderSpansATiltedPlane) {
  Box3 box = tilted_box(90, 60);
  ThreadPool threads(2);
  span_membrane(box.values, box.place, threads);
  for (int y = 1; y < 59; ++y)
    for (int x = 1; x < 89; ++x)
      for (std::size_t c = 0; c < 3; ++c)
        ASSERT_NEAR(box.values(x, y)[c], slope(x, y)[c], 4.0f) << x << ", " << y;
}

TEST(Membrane, IsTheSameOnAnyNumberOfThreads) {
  Box3 one = tilted_box(50, 70), three = one;
  ThreadPool single(1), several(3);
  span_membrane(one.values, one.place, single);
  span_membrane(three.values, three.place, several);
  EXPECT_TRUE(
      std::equal(one.values.values().begin(), one.values.values().end(), three.values.values().begin()));
}

TEST(Membrane, WhatNothingFixedReachesIsZero) {
  Plane<Rgb> values(20, 20, Rgb{7, 7, 7});
  const Plane<Spanned> place(20, 20, Spanned::open);
  ThreadPool threads(1);
  span_membrane(values, place, threads);
  EXPECT_EQ(values(10, 10), (Rgb{0, 0, 0}));
}

}  // namespace
}  // namespace portrait_depth
