#include "matting/foreground_estimation.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "image/srgb.hpp"

namespace portrait_depth {
namespace {

TEST(ForegroundEstimation, MixedPixelsGetThePersonsOwnColor) {
  constexpr int kSize = 96;
  constexpr float kPerson[3] = {0.6f, 0.25f, 0.1f}, kWall[3] = {0.05f, 0.3f, 0.8f};  // linear light
  Image photo(kSize, kSize);
  Plane<float> alpha(kSize, kSize);
  for (int y = 0; y < kSize; ++y)
    for (int x = 0; x < kSize; ++x) {
      const float radius = std::hypot(static_cast<float>(x) - 48, static_cast<float>(y) - 48);
      alpha(x, y) = std::clamp((34 - radius) / 8, 0.0f, 1.0f);
      for (int c = 0; c < 3; ++c)
        photo.pixel(x, y)[c] = srgb_from_linear(alpha(x, y) * kPerson[c] + (1 - alpha(x, y)) * kWall[c]);
    }
  const Image person = estimate_foreground(photo, alpha);
  ASSERT_EQ(person.channels(), 4);
  double error = 0, untreated = 0;
  int mixed = 0;
  for (int y = 0; y < kSize; ++y)
    for (int x = 0; x < kSize; ++x) {
      EXPECT_NEAR(person.pixel(x, y)[3], alpha(x, y) * 255, 0.51);
      if (alpha(x, y) < 0.15f || alpha(x, y) >= 1) continue;
      for (int c = 0; c < 3; ++c) {
        error += std::abs(int{person.pixel(x, y)[c]} - int{srgb_from_linear(kPerson[c])});
        untreated += std::abs(int{photo.pixel(x, y)[c]} - int{srgb_from_linear(kPerson[c])});
      }
      ++mixed;
    }
  EXPECT_GT(untreated / mixed / 3, 40);
  EXPECT_LT(error / mixed / 3, 4);
}

}  // namespace
}  // namespace portrait_depth
