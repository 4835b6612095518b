#include "image/window_sampler.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "../error_of.hpp"

namespace portrait_depth {
namespace {

using testing::Each;
using testing::FloatNear;
using testing::Pointwise;

Image noise(int width, int height, int channels) {
  Image image(width, height, channels);
  std::mt19937 random(7);
  for (std::uint8_t& byte : image.bytes()) byte = static_cast<std::uint8_t>(random() & 255u);
  return image;
}

/// Area averaging by its definition: every pixel of the picture, weighted by its overlap.
float reference(const Image& image, const Box& window, int width, int height, int x, int y, int channel) {
  const double across = window.width / width, down = window.height / height;
  const double left = window.x + x * across, top = window.y + y * down;
  double sum = 0;
  for (int iy = 0; iy < image.height(); ++iy)
    for (int ix = 0; ix < image.width(); ++ix) {
      const double overlap_x = std::min(left + across, ix + 1.0) - std::max<double>(left, ix);
      const double overlap_y = std::min(top + down, iy + 1.0) - std::max<double>(top, iy);
      if (overlap_x > 0 && overlap_y > 0) sum += overlap_x * overlap_y * image.pixel(ix, iy)[channel];
    }
  return static_cast<float>(sum / (across * down) / 255);
}

TEST(WindowSampler, AveragesTheAreaUnderAPixel) {
  for (const int channels : {3, 4}) {
    const Image image = noise(61, 47, channels);
    const Box window{-6.3f, 4.7f, 52.9f, 60.2f};  // reaches beyond the left and the lower edge
    constexpr int kWidth = 9, kHeight = 11;
    std::vector<float> planes(3 * kWidth * kHeight);
    WindowSampler().sample(image, window, kWidth, kHeight, planes);
    for (int channel = 0; channel < 3; ++channel)
      for (int y = 0; y < kHeight; ++y)
        for (int x = 0; x < kWidth; ++x)
          EXPECT_NEAR(planes[static_cast<std::size_t>((channel * kHeight + y) * kWidth + x)],
                      reference(image, window, kWidth, kHeight, x, y, channel), 1e-4f)
              << x << " " << y << " " << channel;
  }
}

TEST(WindowSampler, InterpolatesEnlargedPicturesAndKeepsTheBorder) {
  Image image(2, 1);
  for (int channel = 0; channel < 3; ++channel) image.pixel(1, 0)[channel] = 255;
  std::vector<float> planes(3 * 8);
  WindowSampler().sample(image, {0, 0, 2, 1}, 8, 1, planes);
  const std::vector<float> expected = {0, 0, 0.125f, 0.375f, 0.625f, 0.875f, 1, 1};
  EXPECT_THAT(std::vector<float>(planes.begin(), planes.begin() + 8), Pointwise(FloatNear(1e-5f), expected));
}

TEST(WindowSampler, MasksBeforeItAverages) {
  Image image(4, 4);
  for (std::uint8_t& byte : image.bytes()) byte = 255;
  Plane<float> mask(4, 4, 0.0f);
  mask(0, 0) = 1;
  mask(1, 1) = 0.5f;
  std::vector<float> planes(4 * 4);
  WindowSampler().sample_masked(image, mask, {0, 0, 4, 4}, 2, 2, planes);
  EXPECT_NEAR(planes[0], 0.375f, 1e-6f);   // red of the upper left quarter
  EXPECT_NEAR(planes[12], 0.375f, 1e-6f);  // its mask
  EXPECT_EQ(planes[13], 0.0f);
  EXPECT_THAT(error_of([&] {
                WindowSampler().sample_masked(image, Plane<float>(3, 4), {0, 0, 4, 4}, 2, 2, planes);
              }),
              IsError(ErrorCode::invalid_argument, "mask"));
}

TEST(WindowSampler, IsZeroOutsideThePicture) {
  std::vector<float> planes(3 * 16, 7.0f);
  WindowSampler().sample(noise(10, 10, 3), {100, 100, 20, 20}, 4, 4, planes);
  EXPECT_THAT(planes, Each(0.0f));
}

}  // namespace
}  // namespace portrait_depth
