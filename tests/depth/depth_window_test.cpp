#include "depth/depth_window.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "../error_of.hpp"

namespace portrait_depth {
namespace {

constexpr int kWidth = 192, kHeight = 256;
constexpr std::size_t kSize = std::size_t{kWidth} * kHeight;

DepthModel relief_model() {
  DepthModel model;
  model.name = "test";
  return model;
}

/// A person: a disc with a soft border of some pixels, in a picture of 3 to 4.
struct Scene {
  Image image;
  Plane<float> mask;
  Box person;

  Scene(int width, int height) : image(width, height), mask(width, height) {
    const float cx = 0.5f * static_cast<float>(width), cy = 0.5f * static_cast<float>(height),
                r = 0.4f * static_cast<float>(width);
    for (int y = 0; y < height; ++y)
      for (int x = 0; x < width; ++x) {
        const float distance =
            std::hypot(static_cast<float>(x) + 0.5f - cx, static_cast<float>(y) + 0.5f - cy);
        mask(x, y) = std::clamp((r - distance) / 8 + 0.5f, 0.0f, 1.0f);
        for (int c = 0; c < 3; ++c)
          image.pixel(x, y)[c] =
              static_cast<std::uint8_t>(mask(x, y) * 180 + (1 - mask(x, y)) * static_cast<float>(40 * c));
      }
    person = {cx - r, cy - r, 2 * r, 2 * r};
  }
};

NetworkInput window_of(const Scene& scene, const DepthModel& model) {
  return network_input(model, scene.person, scene.image.width(), scene.image.height());
}

TEST(DepthWindow, TheInputIsThePersonOnBlack) {
  const Scene scene(600, 800);
  DepthWindow window;
  std::vector<float> input(4 * kSize);
  window.prepare_input(scene.image, scene.mask, window_of(scene, relief_model()), relief_model(), input);
  const std::size_t middle = kSize / 2 + kWidth / 2;
  EXPECT_NEAR(input[middle], 180 / 255.0f, 1e-3f);
  EXPECT_NEAR(input[3 * kSize + middle], 1, 1e-5f);
  for (const std::size_t corner : {std::size_t{0}, std::size_t{kWidth - 1}, kSize - 1})
    for (std::size_t plane = 0; plane < 4; ++plane) EXPECT_EQ(input[plane * kSize + corner], 0);
  // The person's box with its air fills the window's width.
  const auto middle_row = input.begin() + static_cast<std::ptrdiff_t>(3 * kSize + kSize / 2);
  const auto covered = std::count_if(middle_row, middle_row + kWidth, [](float m) { return m >= 0.5f; });
  EXPECT_NEAR(static_cast<double>(covered), kWidth / 1.1, 2);
}

TEST(DepthWindow, NormalizesIfTheModelRequiresIt) {
  const Scene scene(60, 80);
  DepthModel model = relief_model();
  model.input_channels = 3;
  model.masked = false;
  model.mean[1] = 0.5f;
  model.deviation[1] = 0.25f;
  DepthWindow window;
  std::vector<float> input(3 * kSize);
  window.prepare_input(scene.image, scene.mask, window_of(scene, model), model, input);
  const std::size_t middle = kSize / 2 + kWidth / 2;
  EXPECT_NEAR(input[middle], 180 / 255.0f, 1e-3f);
  EXPECT_NEAR(input[kSize + middle], (180 / 255.0f - 0.5f) / 0.25f, 1e-3f);
  std::vector<float> short_input(kSize);
  EXPECT_THAT(error_of([&] {
                window.prepare_input(scene.image, scene.mask, window_of(scene, model), model, short_input);
              }),
              IsError(ErrorCode::invalid_argument, "input"));
}

TEST(DepthWindow, BringsASlopeToThePictureUnchanged) {
  for (const auto& [width, height] : {std::pair(150, 200), {600, 800}}) {
    const Scene scene(width, height);
    DepthWindow window;
    std::vector<float> input(4 * kSize), relief(kSize);
    window.prepare_input(scene.image, scene.mask, window_of(scene, relief_model()), relief_model(), input);
    for (std::size_t i = 0; i < kSize; ++i)
      relief[i] = (static_cast<float>(i % kWidth) + 0.5f) / kWidth - 0.5f;
    Plane<float> metres;
    window.upsample_relief(scene.image, scene.mask, relief, {1.0f, 0.6f}, metres);
    const Box crop = window.crop();
    for (int y = height * 2 / 5; y < height * 3 / 5; y += 7)
      for (int x = width / 4; x < width * 3 / 4; x += 7) {
        const float across = (static_cast<float>(x) + 0.5f - crop.x) / crop.width - 0.5f;
        EXPECT_NEAR(metres(x, y), 1.0f + 0.6f * across, 1e-3f) << x << " " << y;
      }
  }
}

TEST(DepthWindow, IsFiniteExactlyWhereTheMaskIsAboveZero) {
  const Scene scene(300, 400);
  DepthWindow window;
  std::vector<float> input(4 * kSize), relief(kSize);
  window.prepare_input(scene.image, scene.mask, window_of(scene, relief_model()), relief_model(), input);
  // The network's output in the background is arbitrary, and sometimes not finite.
  for (std::size_t i = 0; i < kSize; ++i) {
    const float mask = window.mask()[i];
    relief[i] = mask > 0.55f ? 0.0f : (mask > 0.2f ? 5.0f : std::numeric_limits<float>::quiet_NaN());
  }
  Plane<float> metres;
  window.upsample_relief(scene.image, scene.mask, relief, {1.0f, 0.6f}, metres);
  for (int y = 0; y < 400; ++y)
    for (int x = 0; x < 300; ++x)
      if (scene.mask(x, y) > 0)
        ASSERT_NEAR(metres(x, y), 1.0f, 0.1f) << x << " " << y << " mask " << scene.mask(x, y);
      else
        ASSERT_TRUE(std::isnan(metres(x, y))) << x << " " << y;
}

TEST(DepthWindow, IsFiniteUnderAThinMaskToo) {
  Scene scene(300, 400);
  for (float& value : scene.mask.values()) value *= 0.4f;
  DepthWindow window;
  std::vector<float> input(4 * kSize), relief(kSize, 0.0f);
  window.prepare_input(scene.image, scene.mask, window_of(scene, relief_model()), relief_model(), input);
  for (std::size_t i = 0; i < kSize; i += 3) relief[i] = std::numeric_limits<float>::quiet_NaN();
  for (std::size_t i = 1; i < kSize; i += 30) relief[i] = 1e30f;  // no relief either
  Plane<float> metres;
  window.upsample_relief(scene.image, scene.mask, relief, {1.0f, 0.6f}, metres);
  for (int y = 0; y < 400; ++y)
    for (int x = 0; x < 300; ++x)
      if (scene.mask(x, y) > 0) {
        ASSERT_NEAR(metres(x, y), 1.0f, 1e-3f) << x << " " << y;
      }
}

TEST(DepthWindow, PutsADepthEdgeOnThePicturesEdge) {
  Scene scene(960, 1280);
  const int edge = 487;
  for (int y = 0; y < 1280; ++y)
    for (int x = edge; x < 960; ++x)
      scene.image.pixel(x, y)[0] = 20;  // such as a chin in front of a dark scarf
  DepthWindow window;
  std::vector<float> input(4 * kSize), relief(kSize);
  window.prepare_input(scene.image, scene.mask, window_of(scene, relief_model()), relief_model(), input);
  const Box crop = window.crop();
  const auto column = static_cast<int>((static_cast<float>(edge) - crop.x) / crop.width * kWidth);
  // As networks do, the step is smeared over some pixels.
  for (std::size_t i = 0; i < kSize; ++i)
    relief[i] =
        0.3f * std::clamp((static_cast<float>(static_cast<int>(i) % kWidth - column) + 2) / 4, 0.0f, 1.0f);
  Plane<float> metres;
  window.upsample_relief(scene.image, scene.mask, relief, {1.0f, 1.0f}, metres);
  const float rise = metres(edge + 1, 640) - metres(edge - 2, 640);
  EXPECT_GT(rise, 0.1f);  // interpolation alone would rise by 0.3 / (4 * 4.6) * 3 = 0.05
  EXPECT_NEAR(metres(edge - 60, 640), 1.0f, 0.02f);
  EXPECT_NEAR(metres(edge + 60, 640), 1.3f, 0.02f);
  for (int x = edge - 80; x < edge + 80; ++x) {  // no halo beyond either side
    EXPECT_GT(metres(x, 640), 0.98f);
    EXPECT_LT(metres(x, 640), 1.32f);
  }
}

}  // namespace
}  // namespace portrait_depth
