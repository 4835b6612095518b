#include "segmentation/small_components.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "../allocation_counter.hpp"

namespace portrait_depth {
namespace {

constexpr int kWidth = 64, kHeight = 64;

struct Mask {
  std::vector<float> values = std::vector<float>(static_cast<std::size_t>(kWidth) * kHeight, 0.0f);

  // A box of `value` with a soft rim of 0.3 around it.
  void add(int left, int top, int width, int height, float value) {
    for (int y = top - 1; y <= top + height; ++y)
      for (int x = left - 1; x <= left + width; ++x) {
        const bool inside = x >= left && x < left + width && y >= top && y < top + height;
        at(x, y) = std::max(at(x, y), inside ? value : 0.3f);
      }
  }
  float& at(int x, int y) { return values[static_cast<std::size_t>(y) * kWidth + x]; }
};

float value_at(std::span<const float> mask, int x, int y) {
  return mask[static_cast<std::size_t>(y) * kWidth + x];
}

Mask with_person() {
  Mask mask;
  mask.add(10, 20, 30, 40, 1);  // 1,200 pixels
  return mask;
}

TEST(SmallComponentFilter, RemovesSmallComponentsWithTheirRims) {
  Mask mask = with_person();
  mask.add(50, 5, 4, 4, 1);
  SmallComponentFilter filter;
  const std::span<const float> kept = filter.filter(mask.values, kWidth, kHeight);
  for (int y = 4; y <= 9; ++y)
    for (int x = 49; x <= 54; ++x) EXPECT_LE(value_at(kept, x, y), 0.1f) << x << ", " << y;
  EXPECT_EQ(value_at(kept, 25, 40), 1);
  EXPECT_EQ(value_at(kept, 9, 40), 0.3f) << "the person's own rim";
}

TEST(SmallComponentFilter, KeepsASecondPersonAndAHand) {
  Mask mask = with_person();
  mask.add(46, 24, 12, 30, 0.9f);
  mask.add(48, 4, 6, 8, 0.9f);  // 4 % of the person
  SmallComponentFilter filter;
  EXPECT_TRUE(std::ranges::equal(filter.filter(mask.values, kWidth, kHeight), mask.values));
}

TEST(SmallComponentFilter, RemovesLargerComponentsWithoutASurePixel) {
  Mask mask = with_person();
  mask.add(46, 24, 12, 30, 0.7f);
  SmallComponentFilter filter;
  EXPECT_LE(value_at(filter.filter(mask.values, kWidth, kHeight), 52, 30), 0.1f);
}

TEST(SmallComponentFilter, KeepsTheLargestWithoutASurePixel) {
  Mask mask;
  mask.add(10, 20, 30, 40, 0.6f);
  mask.add(50, 5, 4, 4, 1);
  SmallComponentFilter filter;
  const std::span<const float> kept = filter.filter(mask.values, kWidth, kHeight);
  EXPECT_EQ(value_at(kept, 25, 40), 0.6f);
  EXPECT_LE(value_at(kept, 51, 6), 0.1f);
}

TEST(SmallComponentFilter, KeepsSoftHairConnectedToThePerson) {
  Mask mask = with_person();
  for (int y = 5; y < 20; ++y) mask.at(20, y) = 0.4f;
  mask.add(50, 5, 4, 4, 1);
  SmallComponentFilter filter;
  EXPECT_EQ(value_at(filter.filter(mask.values, kWidth, kHeight), 20, 5), 0.4f);
}

TEST(SmallComponentFilter, TakesAnEmptyMask) {
  SmallComponentFilter filter;
  const Mask mask;
  EXPECT_TRUE(std::ranges::equal(filter.filter(mask.values, kWidth, kHeight), mask.values));
}

TEST(SmallComponentFilter, AllocatesNothingOnceWarm) {
  Mask one = with_person(), other = with_person();
  one.add(50, 5, 4, 4, 1);
  for (int y = 1; y < 63; y += 4)
    for (int x = 44; x < 63; x += 4) other.add(x, y, 1, 1, 1);
  SmallComponentFilter filter;
  filter.filter(one.values, kWidth, kHeight);
  const long before = allocation_count();
  filter.filter(other.values, kWidth, kHeight);
  EXPECT_EQ(allocation_count(), before);
}

}  // namespace
}  // namespace portrait_depth
