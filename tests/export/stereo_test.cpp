#include "export/stereo.hpp"

#include <gtest/gtest.h>

namespace portrait_depth {
namespace {

Image filled(std::uint8_t red, std::uint8_t green, std::uint8_t blue) {
  Image image(4, 3, 3);
  for (int y = 0; y < 3; ++y)
    for (int x = 0; x < 4; ++x) {
      std::uint8_t* pixel = image.pixel(x, y);
      pixel[0] = red, pixel[1] = green, pixel[2] = blue;
    }
  return image;
}

TEST(Anaglyph, GrayStaysGrayWhereTheEyesAgree) {
  Image result;
  compose_anaglyph(filled(128, 128, 128), filled(128, 128, 128), result);
  for (int c = 0; c < 3; ++c) EXPECT_NEAR(result.pixel(1, 1)[c], 128, 2);
}

TEST(Anaglyph, RedIsTheLeftEyesAndCyanTheRights) {
  Image result;
  compose_anaglyph(filled(255, 255, 255), filled(0, 0, 0), result);
  EXPECT_GT(result.pixel(0, 0)[0], 250);
  EXPECT_LT(result.pixel(0, 0)[1], 5);
  EXPECT_LT(result.pixel(0, 0)[2], 5);
  compose_anaglyph(filled(0, 0, 0), filled(255, 255, 255), result);
  EXPECT_LT(result.pixel(0, 0)[0], 5);
  EXPECT_GT(result.pixel(0, 0)[1], 250);
  EXPECT_GT(result.pixel(0, 0)[2], 250);
}

TEST(Quilt, NameTellsItsLayoutAndStaysWhereItDoes) {
  EXPECT_EQ(quilt_path("out/portrait.png", 8, 6, 0.75f), "out/portrait_qs8x6a0.75.png");
  EXPECT_EQ(quilt_path("portrait_qs8x6a0.75.png", 8, 6, 0.75f), "portrait_qs8x6a0.75.png");
  EXPECT_EQ(quilt_path("a.jpg", 5, 9, 16.0f / 9), "a_qs5x9a1.778.jpg");
}

}  // namespace
}  // namespace portrait_depth
