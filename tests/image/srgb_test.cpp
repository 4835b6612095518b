#include "image/srgb.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace portrait_depth {
namespace {

TEST(Srgb, EveryByteIsTheSameAfterLinearLight) {
  for (int byte = 0; byte < 256; ++byte)
    EXPECT_EQ(srgb_from_linear(linear_from_srgb(static_cast<std::uint8_t>(byte))), byte);
}

TEST(Srgb, FollowsTheStandardsCurve) {
  EXPECT_NEAR(linear_from_srgb(188), 0.5029f, 1e-3f);  // mid gray of linear light
  EXPECT_NEAR(linear_from_srgb(10), 10.0f / 255.0f / 12.92f, 1e-6f);
  EXPECT_EQ(srgb_from_linear(-1.0f), 0);
  EXPECT_EQ(srgb_from_linear(7.0f), 255);
  EXPECT_EQ(srgb_from_linear(std::numeric_limits<float>::quiet_NaN()), 0);
}

}  // namespace
}  // namespace portrait_depth
