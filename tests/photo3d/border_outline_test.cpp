#include "photo3d/border_outline.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace portrait_depth {
namespace {

// A person between two straight outlines, `left` and `right` at the lower border and moved by the slopes,
// pixels per row downwards. Alpha is the covered share of each pixel.
Plane<float> person_between(float left, float left_slope, float right, float right_slope) {
  constexpr int kWidth = 200, kHeight = 150;
  Plane<float> alpha(kWidth, kHeight);
  for (int y = 0; y < kHeight; ++y)
    for (int x = 0; x < kWidth; ++x) {
      const float rows = static_cast<float>(kHeight - 1 - y), column = static_cast<float>(x);
      const float first = left - left_slope * rows, last = right - right_slope * rows;
      alpha(x, y) = std::clamp(column + 1 - first, 0.0f, 1.0f) * std::clamp(last - column, 0.0f, 1.0f);
    }
  return alpha;
}

TEST(BorderOutline, GoesOnStraight) {
  const Plane<float> alpha = person_between(60, -0.5f, 130, 0.25f);
  const BorderOutline outline(alpha, BorderSide::bottom, 12, 30);
  for (const float inwards : {0.0f, 3.0f, 8.0f}) {
    EXPECT_NEAR(outline.continued(60 + 0.5f * inwards, inwards, 20), 60 - 0.5f * 20, 0.5f) << inwards;
    EXPECT_NEAR(outline.continued(130 - 0.25f * inwards, inwards, 20), 130 + 0.25f * 20, 0.5f) << inwards;
  }
  EXPECT_EQ(outline.continued(77, 0, 0), 77);
}

TEST(BorderOutline, IsTheSameOnAllSides) {
  const Plane<float> below = person_between(60, -0.5f, 130, 0.25f);
  Plane<float> above(below.width(), below.height()), left(below.height(), below.width()), right = left;
  for (int y = 0; y < below.height(); ++y)
    for (int x = 0; x < below.width(); ++x) {
      const int from_border = below.height() - 1 - y;
      above(x, from_border) = left(from_border, x) = right(y, x) = below(x, y);
    }
  const BorderOutline expected(below, BorderSide::bottom, 12, 30);
  const BorderOutline others[] = {
      {above, BorderSide::top, 12, 30}, {left, BorderSide::left, 12, 30}, {right, BorderSide::right, 12, 30}};
  for (const float along : {10.0f, 62.0f, 95.0f, 128.0f, 190.0f})
    for (const BorderOutline& other : others)
      EXPECT_FLOAT_EQ(other.continued(along, 4, 12), expected.continued(along, 4, 12)) << along;
}

// Two arms that would meet beyond the border: no point passes another one.
TEST(BorderOutline, OutlinesDoNotCross) {
  Plane<float> alpha = person_between(60, 1, 70, 1);
  const Plane<float> other = person_between(76, -1, 90, -1);
  for (int y = 0; y < alpha.height(); ++y)
    for (int x = 0; x < alpha.width(); ++x) alpha(x, y) = std::max(alpha(x, y), other(x, y));
  const BorderOutline outline(alpha, BorderSide::bottom, 12, 30);
  for (const float inwards : {0.0f, 4.0f, 12.0f})
    for (float along = 1; along < 200; along += 0.5f)
      EXPECT_GT(outline.continued(along, inwards, 30), outline.continued(along - 0.5f, inwards, 30))
          << inwards << ' ' << along;
}

// The photo's corners stay, so that the continued borders of two sides meet there.
TEST(BorderOutline, CornersAndEmptyBordersAreStraight) {
  const Plane<float> filled(40, 30, 1.0f), empty(40, 30, 0.0f);
  for (const Plane<float>* alpha : {&filled, &empty})
    for (const BorderSide side : {BorderSide::left, BorderSide::right, BorderSide::top, BorderSide::bottom}) {
      const BorderOutline outline(*alpha, side, 4, 8);
      for (const float along : {-5.0f, 0.0f, 13.0f, 30.0f, 45.0f})
        EXPECT_EQ(outline.continued(along, 3, 9), along);
    }
  const BorderOutline outline(person_between(-20, -1, 195, 1), BorderSide::bottom, 12, 30);
  EXPECT_EQ(outline.continued(0, 5, 15), 0);
  EXPECT_EQ(outline.continued(200, 5, 15), 200);
  EXPECT_EQ(BorderOutline(Plane<float>(1, 1, 1.0f), BorderSide::left, 4, 8).continued(0.5f, 0.2f, 0.6f),
            0.5f);
}

}  // namespace
}  // namespace portrait_depth
