#include "paint.hpp"

#include <gtest/gtest.h>

#include "random.hpp"

namespace portrait_depth::people {
namespace {

ClothPaint plain_cloth() {
  return {.keep_colors = false,
          .color = {0.1f, 0.2f, 0.3f},
          .second = {0.8f, 0.1f, 0.1f},
          .third = {0.1f, 0.1f, 0.8f},
          .period = 0.02f,
          .seed = 7};
}

Vec3 somewhere(Random& random) {
  return {random.between(-0.2f, 0.2f), random.between(0, 0.5f), random.between(-0.1f, 0.1f)};
}

// The share of places whose color is nearer to `wanted` than to the cloth's own.
float share_of(const ClothPaint& paint, Vec3 wanted) {
  constexpr int kPlaces = 4000;
  Random random(1);
  int count = 0;
  for (int i = 0; i < kPlaces; ++i) {
    const Vec3 color = color_at(paint, {.rest = somewhere(random)});
    if (length(color - wanted) < length(color - paint.color)) ++count;
  }
  return static_cast<float>(count) / kPlaces;
}

TEST(ClothPaint, YarnOfMoreShareCoversMore) {
  ClothPaint paint = plain_cloth();
  paint.yarn.color = {0.9f, 0.9f, 0.9f};
  EXPECT_EQ(share_of(paint, paint.yarn.color), 0);
  paint.yarn.share = 0.2f;
  const float little = share_of(paint, paint.yarn.color);
  paint.yarn.share = 0.5f;
  const float half = share_of(paint, paint.yarn.color);
  EXPECT_GT(little, 0.05f);
  EXPECT_GT(half, little + 0.15f);
  EXPECT_NEAR(half, 0.5f, 0.1f);
}

TEST(ClothPaint, YarnChangesWithinItsGrain) {
  ClothPaint paint = plain_cloth();
  paint.yarn = {.share = 0.5f, .color = {0.9f, 0.9f, 0.9f}, .grain = {0.003f, 0.003f, 0.003f}};
  const auto change = [&](float step) {
    Random random(2);
    float sum = 0;
    for (int i = 0; i < 1000; ++i) {
      const Vec3 place = somewhere(random);
      sum += length(color_at(paint, {.rest = place}) - color_at(paint, {.rest = place + Vec3{step, 0, 0}}));
    }
    return sum;
  };
  EXPECT_GT(change(0.006f), 4 * change(0.0002f));
}

TEST(ClothPaint, FlowersHaveBothColors) {
  ClothPaint paint = plain_cloth();
  paint.pattern = Pattern::flowers;
  EXPECT_GT(share_of(paint, paint.second), 0.01f);
  EXPECT_GT(share_of(paint, paint.third), 0.01f);
}

TEST(ClothPaint, EveryPatternButNoneShowsItsColor) {
  for (const Pattern pattern :
       {Pattern::stripes_across, Pattern::stripes_down, Pattern::checks, Pattern::plaid, Pattern::dots,
        Pattern::blotches, Pattern::flowers, Pattern::print}) {
    ClothPaint paint = plain_cloth();
    paint.pattern = pattern;
    paint.third = paint.second;
    EXPECT_GT(share_of(paint, paint.second), 0.01f) << static_cast<int>(pattern);
    EXPECT_LT(share_of(paint, paint.second), 0.8f) << static_cast<int>(pattern);
  }
  EXPECT_EQ(share_of(plain_cloth(), plain_cloth().second), 0);
}

}  // namespace
}  // namespace portrait_depth::people
