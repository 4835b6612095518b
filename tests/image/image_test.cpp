#include "portrait_depth/image.hpp"

#include <gtest/gtest.h>

#include "../error_of.hpp"

namespace portrait_depth {
namespace {

TEST(Image, IsEmptyAfterAMove) {
  // NOLINTBEGIN(bugprone-use-after-move, clang-analyzer-cplusplus.Move): the test's subject
  Image image(30, 20, 4);
  const Image moved = std::move(image);
  EXPECT_EQ(moved.width(), 30);
  EXPECT_EQ(moved.channels(), 4);
  EXPECT_EQ(image.width(), 0);
  EXPECT_EQ(image.height(), 0);
  EXPECT_TRUE(image.view().empty());
  Plane<float> plane(30, 20, 1.0f), target;
  target = std::move(plane);
  EXPECT_EQ(target.view().height(), 20);
  EXPECT_EQ(target(29, 19), 1.0f);
  EXPECT_TRUE(plane.view().empty());
  // NOLINTEND(bugprone-use-after-move, clang-analyzer-cplusplus.Move)
}

TEST(ImageView, RejectsNegativeSizesAndOtherNumbersOfChannels) {
  const std::uint8_t pixels[105] = {};
  const auto refused = IsError(ErrorCode::invalid_argument, "a size of at least 0x0 and 3 or 4 channels");
  EXPECT_THAT(error_of([&] { ImageView(pixels, -5, -7, 3); }), refused);
  EXPECT_THAT(error_of([&] { ImageView(pixels, 5, 7, 2); }), refused);
}

}  // namespace
}  // namespace portrait_depth
