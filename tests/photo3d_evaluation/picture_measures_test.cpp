#include "picture_measures.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace portrait_depth {
namespace {

Image wavy(int shift) {
  Image image(96, 64);
  for (int y = 0; y < 64; ++y)
    for (int x = 0; x < 96; ++x)
      for (int c = 0; c < 3; ++c)
        image.pixel(x, y)[c] =
            static_cast<std::uint8_t>(120 + 60 * std::sin(0.4f * static_cast<float>(x + shift)) *
                                                std::cos(0.3f * static_cast<float>(y)));
  return image;
}

Plane<float> left_half() {
  Plane<float> mask(96, 64, 0.0f);
  for (int y = 0; y < 64; ++y)
    for (int x = 0; x < 48; ++x) mask(x, y) = 1;
  return mask;
}

TEST(PictureMeasures, EqualPicturesArePerfect) {
  const Image image = wavy(0);
  const FrameMeasures m = measure(image, image, silhouette_band(left_half()));
  EXPECT_GT(m.whole.psnr, 60);
  EXPECT_NEAR(m.whole.ssim, 1, 1e-4);
  EXPECT_NEAR(m.band.gmsd, 0, 1e-4);
}

TEST(PictureMeasures, PsnrFollowsItsFormula) {
  Image brighter = wavy(0);
  for (int y = 0; y < 64; ++y)
    for (int x = 0; x < 96; ++x)
      for (int c = 0; c < 3; ++c)
        brighter.pixel(x, y)[c] = static_cast<std::uint8_t>(brighter.pixel(x, y)[c] + 10);
  const FrameMeasures m = measure(brighter, wavy(0), silhouette_band(left_half()));
  EXPECT_NEAR(m.whole.psnr, 20 * std::log10(25.5), 1e-3);
  EXPECT_NEAR(m.band.psnr, 20 * std::log10(25.5), 1e-3);
  EXPECT_NEAR(m.whole.gmsd, 0, 1e-4) << "the same gradients";
}

TEST(PictureMeasures, LargerShiftsAreWorse) {
  const Plane<std::uint8_t> band = silhouette_band(left_half());
  const FrameMeasures near = measure(wavy(1), wavy(0), band), far = measure(wavy(3), wavy(0), band);
  EXPECT_GT(near.whole.psnr, far.whole.psnr);
  EXPECT_GT(near.whole.ssim, far.whole.ssim);
  EXPECT_LT(near.whole.gmsd, far.whole.gmsd);
}

TEST(PictureMeasures, TheBandFollowsTheSilhouetteAndExcludesTheRest) {
  const Plane<std::uint8_t> band = silhouette_band(left_half(), 0.05f);  // 4 pixels
  EXPECT_EQ(band(47, 30), 1);
  EXPECT_EQ(band(44, 30), 1);
  EXPECT_EQ(band(42, 30), 0);
  EXPECT_EQ(band(51, 30), 1);
  EXPECT_EQ(band(53, 30), 0);
  Image spoilt = wavy(0);
  spoilt.pixel(5, 5)[0] = 0;
  const FrameMeasures m = measure(spoilt, wavy(0), band);
  EXPECT_LT(m.whole.psnr, 55);
  EXPECT_GT(m.band.psnr, 60);
}

}  // namespace
}  // namespace portrait_depth
