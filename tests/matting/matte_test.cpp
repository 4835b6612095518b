#include "matting/matte.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>

namespace portrait_depth {
namespace {

TEST(Matte, RemovesHazeKeepsSoftEdgesAndClosesEnclosedRegions) {
  Plane<float> alpha(40, 20, 0.03f);  // haze everywhere
  for (int y = 0; y < 20; ++y)
    for (int x = 10; x < 40; ++x) alpha(x, y) = x == 10 ? 0.5f : 0.98f;
  alpha(25, 10) = 0.4f;  // enclosed by sure pixels
  for (int y = 2; y <= 4; ++y)
    for (int x = 39; x > 30; --x) alpha(x, y) = 0.0f;  // a gap
  alpha(2, 2) = NAN;
  clean_matte(alpha);
  EXPECT_EQ(alpha(0, 0), 0);
  EXPECT_EQ(alpha(2, 2), 0);
  EXPECT_NEAR(alpha(10, 5), 0.5f, 0.01f);
  EXPECT_EQ(alpha(20, 5), 1);
  EXPECT_EQ(alpha(25, 10), 1);
  EXPECT_EQ(alpha(35, 3), 0);
}

TEST(Matte, PixelsThatTouchAtCornersEnclose) {
  Plane<float> alpha(9, 9, 0.0f);
  for (int y = 0; y < 9; ++y)
    for (int x = 0; x < 9; ++x) {
      const int from_middle = std::abs(x - 4) + std::abs(y - 4);
      if (from_middle <= 3) alpha(x, y) = from_middle == 3 ? 1.0f : 0.4f;
    }
  clean_matte(alpha);
  EXPECT_EQ(alpha(4, 4), 1);
  EXPECT_GT(alpha(4, 2), 0.8f) << "a ramp beside the outline";
}

TEST(Matte, WideSoftRegionsAreDecidedAndNarrowBandsStaySoft) {
  Plane<float> alpha(400, 60, 0.0f);
  for (int y = 0; y < 60; ++y)
    for (int x = 0; x < 400; ++x) {
      if (x >= 200) alpha(x, y) = 1;
      if (y < 30 && x >= 100 && x < 200) alpha(x, y) = 0.35f;  // a hundred undecided pixels
      if (y >= 30 && x >= 196 && x < 200) alpha(x, y) = 0.2f * static_cast<float>(x - 195);  // an edge
    }
  clean_matte(alpha);
  EXPECT_LT(alpha(150, 10), 0.01f);
  EXPECT_NEAR(alpha(197, 50), 0.4f, 0.03f);
}

// A mask's corners of pixels would show in an enlarged frame. The outline becomes a ramp of two pixels at its
// place.
TEST(Matte, AStepBecomesARampAtItsPlace) {
  Plane<float> alpha(40, 30, 0.0f);
  for (int y = 0; y < 30; ++y)
    for (int x = 0; x < 40; ++x) alpha(x, y) = x + y / 3 >= 20;  // stairs
  clean_matte(alpha);
  for (int y = 1; y < 29; ++y) {
    float sum = 0;
    for (int x = 1; x < 40; ++x) {
      EXPECT_GE(alpha(x, y), alpha(x - 1, y));
      EXPECT_LE(alpha(x, y) - alpha(x - 1, y), 0.5f + 1e-6f) << x << ' ' << y;
      sum += alpha(x, y);
    }
    EXPECT_NEAR(sum, 20 + static_cast<float>(y) / 3, 0.75f) << y;
  }
  EXPECT_EQ(alpha(0, 0), 0);
  EXPECT_EQ(alpha(39, 29), 1);
}

}  // namespace
}  // namespace portrait_depth
