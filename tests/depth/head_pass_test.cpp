// The blend of two runs: exact cases on made reliefs.
#include "depth/head_pass.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <vector>

namespace portrait_depth {
namespace {

constexpr int kWidth = 96, kHeight = 128;
constexpr Box kPerson = {100, 50, 600, 800}, kHead = {250, 120, 240, 320};

using Surface =
    std::function<float(float, float)>;  // of a place in the picture, in widths of the person's crop

std::vector<float> sampled(const Box& crop, const Surface& surface) {
  std::vector<float> values;
  for (int y = 0; y < kHeight; ++y)
    for (int x = 0; x < kWidth; ++x) {
      const float at_x = crop.x + (static_cast<float>(x) + 0.5f) / kWidth * crop.width;
      const float at_y = crop.y + (static_cast<float>(y) + 0.5f) / kHeight * crop.height;
      values.push_back(surface(at_x, at_y) * kPerson.width / crop.width);
    }
  return values;
}

float slope(float x, float y) {
  return 0.3f * (x - 370) / 600 - 0.2f * (y - 280) / 600 + 0.05f;
}
/// A bump of 60 pixels on the head.
float nose(float x, float y) {
  return -0.1f * std::exp(-(std::pow(x - 370, 2.0f) + std::pow(y - 270, 2.0f)) / (2 * 20 * 20));
}
float nothing(float, float) {
  return 0;
}

struct Blend {
  std::vector<float> before, after, mask = std::vector<float>(kWidth * kHeight, 1.0f);
  std::vector<float> head, head_mask = std::vector<float>(kWidth * kHeight, 1.0f);

  Blend(const Surface& person, const Surface& head_surface)
      : before(sampled(kPerson, person)), head(sampled(kHead, head_surface)) {
    after = before;
  }
  void run() { blend_head(after, mask, kPerson, {head, head_mask, kHead}, kWidth, kHeight); }
  float change_at(float x, float y) const {
    const auto column = static_cast<std::size_t>((x - kPerson.x) / kPerson.width * kWidth);
    const auto row = static_cast<std::size_t>((y - kPerson.y) / kPerson.height * kHeight);
    return after[row * kWidth + column] - before[row * kWidth + column];
  }
};

TEST(HeadPass, EqualReliefsStayAsTheyAre) {
  const auto surface = [](float x, float y) { return slope(x, y); };
  Blend blend(surface, surface);
  blend.run();
  for (std::size_t i = 0; i < blend.after.size(); ++i) EXPECT_NEAR(blend.after[i], blend.before[i], 1e-5f);
}

TEST(HeadPass, TiltAndDistanceOfTheHeadsCropDoNotCount) {
  const auto other = [](float x, float y) { return 5 * slope(x, y) + 0.7f; };
  Blend blend(slope, other);
  blend.run();
  for (std::size_t i = 0; i < blend.after.size(); ++i) EXPECT_NEAR(blend.after[i], blend.before[i], 1e-4f);
}

TEST(HeadPass, TheNoseComesFromTheHeadsCrop) {
  Blend blend(slope, [](float x, float y) { return slope(x, y) + nose(x, y); });
  blend.run();
  // 0.7 of the bump's 0.1, less the little that the plane takes over.
  EXPECT_NEAR(blend.change_at(370, 270), -0.07f, 0.012f);
  EXPECT_LT(std::abs(blend.change_at(300, 350)), 0.012f);
}

TEST(HeadPass, AHeadThatIsTippedFarBackStaysAsThePersonsCropShowsIt) {
  const auto tipped = [](float x, float y) { return slope(x, y) - 1.4f * (y - 280) / 600; };
  const auto less = [](float x, float y) { return slope(x, y) - 0.5f * (y - 280) / 600; };
  const auto with_nose = [](const Surface& surface) {
    return [surface](float x, float y) { return surface(x, y) + nose(x, y); };
  };
  Blend far(tipped, with_nose(tipped)), between(less, with_nose(less));
  far.run();
  EXPECT_EQ(far.after, far.before);
  between.run();
  EXPECT_LT(between.change_at(370, 270), -0.015f);
  EXPECT_GT(between.change_at(370, 270), -0.06f);
}

TEST(HeadPass, NothingChangesOutsideOfTheHeadsCropAndThereIsNoSeam) {
  Blend blend(slope, [](float x, float y) { return slope(x, y) + 3 * nose(x, y) + 0.1f * std::sin(x / 20); });
  blend.run();
  const auto change = [&](int x, int y) {
    const std::size_t i = static_cast<std::size_t>(y) * kWidth + static_cast<std::size_t>(x);
    return blend.after[i] - blend.before[i];
  };
  float largest = 0, step = 0;
  for (int y = 0; y < kHeight; ++y)
    for (int x = 1; x < kWidth; ++x) {
      const float at_x = kPerson.x + (static_cast<float>(x) + 0.5f) / kWidth * kPerson.width;
      const float at_y = kPerson.y + (static_cast<float>(y) + 0.5f) / kHeight * kPerson.height;
      const bool inside =
          at_x > kHead.x && at_x < kHead.x + kHead.width && at_y > kHead.y && at_y < kHead.y + kHead.height;
      if (!inside) {
        EXPECT_EQ(change(x, y), 0) << x << ", " << y;
      }
      largest = std::max(largest, std::abs(change(x, y)));
      if (std::hypot((at_x - 370) / 240, (at_y - 274) / 320) > 0.4f)
        step = std::max(step, std::abs(change(x, y) - change(x - 1, y)));
    }
  EXPECT_GT(largest, 0.1f);
  EXPECT_LT(step, 0.02f);
}

TEST(HeadPass, PixelsWithoutAValueAndOffThePersonDoNotCount) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const auto head = [](float x, float y) { return slope(x, y) + nose(x, y); };
  Blend blend(slope, head), damaged(slope, head);
  blend.run();
  for (int y = 0; y < kHeight; ++y)
    for (int x = 0; x < kWidth; ++x) {
      const std::size_t i = static_cast<std::size_t>(y) * kWidth + static_cast<std::size_t>(x);
      if (x % 7 == 3) damaged.head[i] = nan;
      if (x < 8) damaged.head[i] = 1e6f, damaged.head_mask[i] = 0;
      if (y < 9) damaged.after[i] = nan;
      if (x < 25) damaged.mask[i] = 0;
    }
  const auto given = damaged.after;
  damaged.run();
  EXPECT_NEAR(damaged.change_at(370, 270), blend.change_at(370, 270), 0.01f);
  for (std::size_t i = 0; i < given.size(); ++i) {
    if (std::isnan(given[i])) {
      EXPECT_TRUE(std::isnan(damaged.after[i]));
    } else if (damaged.mask[i] == 0) {
      EXPECT_EQ(damaged.after[i], given[i]);
    } else {
      EXPECT_LT(std::abs(damaged.after[i]), 2.0f);
    }
  }
}

TEST(HeadPass, AHeadThatIsHardlySeenChangesNothing) {
  Blend blend(slope, [](float x, float y) { return slope(x, y) + nose(x, y); });
  blend.head_mask.assign(blend.head_mask.size(), 0.0f);
  for (std::size_t i = 0; i < 60; ++i) blend.head_mask[60 * kWidth + i] = 1;
  blend.run();
  EXPECT_EQ(blend.after, blend.before);
  Blend elsewhere(slope, nothing);
  blend_head(elsewhere.after, elsewhere.mask, kPerson,
             {elsewhere.head, elsewhere.head_mask, {5000, 5000, 240, 320}}, kWidth, kHeight);
  EXPECT_EQ(elsewhere.after, elsewhere.before);
}

TEST(HeadPass, TheCropHoldsTheHeadAndHasThePersonsShape) {
  const Box face = {300, 200, 80, 90};
  const auto crop = crop_around_head(face, kPerson);
  ASSERT_TRUE(crop);
  EXPECT_FLOAT_EQ(crop->width / crop->height, 0.75f);
  EXPECT_FLOAT_EQ(crop->x + crop->width / 2, 340);
  // Twice the face's height above the chin there is hair.
  EXPECT_LT(crop->y, face.y + face.height - 2 * face.height);
  EXPECT_GT(crop->y + crop->height, face.y + face.height);
}

TEST(HeadPass, AHeadThatFillsThePersonsCropNeedsNoSecondLook) {
  EXPECT_FALSE(crop_around_head({300, 300, 240, 240}, kPerson));
  EXPECT_FALSE(crop_around_head({300, 300, 0, 0}, kPerson));
}

}  // namespace
}  // namespace portrait_depth
