#include "photo3d/matte.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace portrait_depth {
namespace {

TEST(Matte, HazeGoesSoftEdgesStayAndPaleSpotsInsideClose) {
  Plane<float> alpha(40, 20, 0.03f);  // haze everywhere
  for (int y = 0; y < 20; ++y)
    for (int x = 10; x < 40; ++x) alpha(x, y) = x == 10 ? 0.5f : 0.98f;
  alpha(25, 10) = 0.4f;  // a pale spot inside
  for (int x = 39; x > 30; --x) alpha(x, 3) = 0.0f;  // a real gap
  alpha(2, 2) = NAN;
  clean_matte(alpha);
  EXPECT_EQ(alpha(0, 0), 0);
  EXPECT_EQ(alpha(2, 2), 0);
  EXPECT_NEAR(alpha(10, 5), 0.5f, 0.01f);
  EXPECT_EQ(alpha(20, 5), 1);
  EXPECT_EQ(alpha(25, 10), 1);
  EXPECT_EQ(alpha(35, 3), 0);
}

}  // namespace
}  // namespace portrait_depth
