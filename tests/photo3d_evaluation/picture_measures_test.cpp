#include "picture_measures.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

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
  const FrameMeasures m = measure(image, image, silhouette_band(left_half()), {});
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
  const FrameMeasures m = measure(brighter, wavy(0), silhouette_band(left_half()), {});
  EXPECT_NEAR(m.whole.psnr, 20 * std::log10(25.5), 1e-3);
  EXPECT_NEAR(m.band.psnr, 20 * std::log10(25.5), 1e-3);
  EXPECT_NEAR(m.whole.gmsd, 0, 1e-4) << "the same gradients";
}

TEST(PictureMeasures, LargerShiftsAreWorse) {
  const Plane<std::uint8_t> band = silhouette_band(left_half());
  const FrameMeasures near = measure(wavy(1), wavy(0), band, {}), far = measure(wavy(3), wavy(0), band, {});
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
  const FrameMeasures m = measure(spoilt, wavy(0), band, {});
  EXPECT_LT(m.whole.psnr, 55);
  EXPECT_GT(m.band.psnr, 60);
}

TEST(PictureMeasures, TheInnerBandIsAlongStepsOfTheDepthInsideTheMask) {
  Plane<float> mask(96, 64, 1.0f), metres(96, 64, 1.0f);
  for (int y = 0; y < 64; ++y)
    for (int x = 0; x < 96; ++x) {
      if (x >= 48) metres(x, y) = 1.1f;                                // an occlusion edge
      if (y >= 32) metres(x, y) = 1 + 0.001f * static_cast<float>(x);  // a slope
      if (x >= 80) {
        mask(x, y) = 0;
        metres(x, y) = std::numeric_limits<float>::quiet_NaN();
      }
    }
  const Plane<std::uint8_t> band = inner_band(metres, mask, 0.03f);
  EXPECT_EQ(band(47, 10), 1);
  EXPECT_EQ(band(47 + 5, 10), 0) << "farther than the reach";
  EXPECT_EQ(band(47, 50), 0) << "a slope is no edge";
  EXPECT_EQ(band(79, 10), 0) << "the silhouette is another band";
}

TEST(PictureMeasures, FramesWithoutAnInnerBandDoNotCountInItsMean) {
  Plane<std::uint8_t> inner(96, 64, 0);
  MeanMeasures mean;
  mean.add(measure(wavy(1), wavy(0), silhouette_band(left_half()), inner));
  EXPECT_FALSE(mean.mean().inner);
  inner(20, 20) = inner(21, 20) = 1;
  const FrameMeasures with = measure(wavy(3), wavy(0), silhouette_band(left_half()), inner);
  ASSERT_TRUE(with.inner);
  mean.add(with);
  EXPECT_EQ(mean.mean().inner->psnr, with.inner->psnr);
}

}  // namespace
}  // namespace portrait_depth
