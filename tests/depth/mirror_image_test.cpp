#include <gtest/gtest.h>

#include <array>
#include <cmath>

#include "depth/depth_window.hpp"

namespace portrait_depth {
namespace {

TEST(MirrorRows, MirrorsEveryRowOfEveryPlane) {
  std::array<float, 8> planes{1, 2, 3, 4, 5, 6, 7, 8};
  mirror_rows(planes, 2);
  EXPECT_EQ(planes, (std::array<float, 8>{2, 1, 4, 3, 6, 5, 8, 7}));
}

TEST(AverageWithMirrorImage, TakesTheMeanOfCorrespondingPixels) {
  const std::array<float, 6> relief{0, 1, 2, 3, 4, 5};
  std::array<float, 6> mirrored{2, 1, 0, 15, 14, 13};  // of the mirror image: the last row is 10 farther
  const std::array<float, 2> widths{0.4f, 0.9f};
  std::array<float, 2> mirrored_widths{0.9f, 0.9f};
  average_with_mirror_image(relief, widths, mirrored, mirrored_widths, 3);
  EXPECT_EQ(mirrored, (std::array<float, 6>{0, 1, 2, 8, 9, 10}));
  EXPECT_FLOAT_EQ(mirrored_widths[0], 0.6f);
  EXPECT_FLOAT_EQ(mirrored_widths[1], 0.9f);
}

TEST(AverageWithMirrorImage, OfANegativeWidthIsNaN) {
  const std::array<float, 1> relief{0}, width{-0.5f};
  std::array<float, 1> mirrored{0}, mirrored_width{-0.5f};
  average_with_mirror_image(relief, width, mirrored, mirrored_width, 1);
  EXPECT_TRUE(std::isnan(mirrored_width[0]));
}

}  // namespace
}  // namespace portrait_depth
