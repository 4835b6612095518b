#include "image/guided_model.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace portrait_depth {
namespace {

constexpr int kSmall = 32, kLarge = 320, kScale = kLarge / kSmall;
constexpr std::size_t kSmallSize = std::size_t{kSmall} * kSmall;

/// A picture with an edge at x = 163, inside a small pixel, and its small version as guide.
struct Scene {
  Image picture{kLarge, kLarge};
  std::vector<float> guide = std::vector<float>(3 * kSmallSize);

  template <class Color>
  explicit Scene(const Color& color) {
    for (int y = 0; y < kLarge; ++y)
      for (int x = 0; x < kLarge; ++x) {
        const std::array<std::uint8_t, 3> c = color(x, y);
        std::copy(c.begin(), c.end(), picture.pixel(x, y));
        float* const guide_pixel = guide.data() + y / kScale * kSmall + x / kScale;
        for (std::size_t k = 0; k < 3; ++k)
          guide_pixel[k * kSmallSize] += static_cast<float>(c[k]) / 255 / (kScale * kScale);
      }
  }
};

Scene edge_scene() {
  return Scene([](int x, int) {
    return x < 163 ? std::array<std::uint8_t, 3>{40, 60, 200} : std::array<std::uint8_t, 3>{190, 160, 120};
  });
}

std::vector<float> row_of(GuidedModel& model, const Image& picture, int y) {
  model.place({0, 0, kLarge, kLarge}, kLarge, 0, kLarge);
  std::vector<float> row(kLarge);
  model.evaluate_row(picture, y, row);
  return row;
}

/// Values: 0 left of a small column, 1 from that column on.
std::vector<float> step_at(int column) {
  std::vector<float> values(kSmallSize);
  for (std::size_t i = 0; i < kSmallSize; ++i)
    values[i] = static_cast<int>(i) % kSmall < column ? 0.0f : 1.0f;
  return values;
}

TEST(GuidedModel, PutsTheEdgeOfTheValuesOnThePicturesEdge) {
  const Scene scene = edge_scene();
  GuidedModel model;
  // The small values' edge is wrong by one small pixel, ten of the picture's.
  model.fit(scene.guide, step_at(17), {}, kSmall, kSmall, {.radius = 4, .epsilon = 1e-3f});
  const std::vector<float> row = row_of(model, scene.picture, 100);
  EXPECT_LT(row[161], 0.2f);
  EXPECT_GT(row[165], 0.7f);
  EXPECT_GT(row[164] - row[162], 0.5f);  // within two pixels; interpolation would need ten
  EXPECT_NEAR(row[40], 0.0f, 0.02f);
  EXPECT_NEAR(row[280], 1.0f, 0.02f);
}

TEST(GuidedModel, KeepsConstantsForEveryPicture) {
  const Scene scene([](int x, int y) {
    const auto v = static_cast<std::uint8_t>(x * 7 + y * 13);
    return std::array<std::uint8_t, 3>{v, static_cast<std::uint8_t>(255 - v), 30};
  });
  GuidedModel model;
  model.fit(scene.guide, std::vector<float>(kSmallSize, 0.7f), {}, kSmall, kSmall, {});
  for (const float value : row_of(model, scene.picture, 57)) EXPECT_NEAR(value, 0.7f, 2e-3f);
}

TEST(GuidedModel, KeepsPatternsOutOfSmoothValues) {
  const Scene scene([](int x, int y) {
    const auto v = static_cast<std::uint8_t>((x / 25 + y / 25) % 2 == 0 ? 30 : 220);  // a checked shirt
    return std::array<std::uint8_t, 3>{v, v, v};
  });
  std::vector<float> slope(kSmallSize);
  for (std::size_t i = 0; i < kSmallSize; ++i) slope[i] = 0.005f * static_cast<float>(i % kSmall);
  GuidedModel model;
  model.fit(scene.guide, slope, {}, kSmall, kSmall,
            {.radius = 3, .epsilon = 1e-3f, .keep_range = true, .flat = 0.05f, .edge = 0.15f});
  const std::vector<float> row = row_of(model, scene.picture, 100);
  for (std::size_t x = 20; x < 300; ++x)
    EXPECT_NEAR(row[x], 0.005f * ((static_cast<float>(x) + 0.5f) / kScale - 0.5f), 1e-4f) << x;
}

TEST(GuidedModel, ValuesOfSmallWeightHaveLittleInfluence) {
  const Scene scene = edge_scene();
  std::vector<float> values = step_at(16), weights(kSmallSize, 1.0f);
  for (std::size_t i = 0; i < kSmallSize; ++i)
    if (i % kSmall >= 16) {
      values[i] = 100.0f;  // wrong
      weights[i] = 1e-3f;
    }
  GuidedModel model;
  model.fit(scene.guide, values, weights, kSmall, kSmall, {.radius = 3, .epsilon = 1e-1f});
  EXPECT_LT(std::abs(row_of(model, scene.picture, 100)[120]), 0.05f);
}

TEST(GuidedModel, StaysWithinTheRangeOfItsNeighbors) {
  const Scene scene = edge_scene();
  Image glaring = scene.picture;  // colors outside the fit's
  std::fill(glaring.bytes().begin(), glaring.bytes().end(), std::uint8_t{255});
  GuidedModel model;
  model.fit(scene.guide, step_at(16), {}, kSmall, kSmall,
            {.radius = 4, .epsilon = 1e-4f, .keep_range = true});
  const std::vector<float> row = row_of(model, glaring, 31);
  EXPECT_GE(*std::min_element(row.begin(), row.end()), -1e-6f);
  EXPECT_LE(*std::max_element(row.begin(), row.end()), 1 + 1e-6f);
}

TEST(GuidedModel, ContinuesBeyondItsWindow) {
  const Scene scene = edge_scene();
  GuidedModel model;
  model.fit(scene.guide, step_at(16), {}, kSmall, kSmall, {});
  model.place({100, 100, 120, 120}, kLarge, 0, kLarge);
  std::vector<float> row(kLarge);
  for (const int y : {0, 100, 319}) {
    model.evaluate_row(scene.picture, y, row);
    EXPECT_NEAR(row.front(), 0.0f, 0.05f);
    EXPECT_NEAR(row.back(), 1.0f, 0.05f);
  }
}

}  // namespace
}  // namespace portrait_depth
