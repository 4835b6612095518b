#include "camera/intrinsics.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "../error_of.hpp"

namespace portrait_depth {
namespace {

TEST(Intrinsics, AssumedViewIsSixtyDegreesAlongTheDiagonal) {
  const Intrinsics camera = Intrinsics::assumed(300, 400);
  EXPECT_NEAR(2 * std::atan(250 / camera.fx) * 180 / 3.14159265f, 60, 1e-3f);
  EXPECT_EQ(camera.fx, camera.fy);
  EXPECT_EQ(camera.cx, 150);
  EXPECT_EQ(camera.cy, 200);
}

TEST(Intrinsics, ConvertsFocalLengthsOf35MillimetreFilm) {
  // 50 mm on 36 x 24 mm film have a view of 46.8 degrees along the diagonal.
  const Intrinsics camera = Intrinsics::from_focal_length_35mm(3600, 2400, 50);
  EXPECT_NEAR(camera.fx, 5000, 1);
}

TEST(Intrinsics, ScalesWithThePicture) {
  const Intrinsics half = Intrinsics{1000, 1100, 510, 395, 1000, 800}.scaled_to(500, 400);
  EXPECT_EQ(half.fx, 500);
  EXPECT_EQ(half.fy, 550);
  EXPECT_EQ(half.cx, 255);
  EXPECT_EQ(half.cy, 197.5f);
}

TEST(Intrinsics, AreRejectedUnlessFiniteAndPositive) {
  constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
  EXPECT_NO_THROW(check_intrinsics({40, 41, -5, 0, 30, 40}));  // the principal point may be anywhere
  for (const Intrinsics& camera :
       {Intrinsics{0, 40, 15, 20, 30, 40}, Intrinsics{40, -40, 15, 20, 30, 40},
        Intrinsics{40, INFINITY, 15, 20, 30, 40}, Intrinsics{40, 40, kNan, 20, 30, 40},
        Intrinsics{40, 40, 15, -INFINITY, 30, 40}, Intrinsics{40, 40, 15, 20, 0, 40},
        Intrinsics{40, 40, 15, 20, 30, -1}})
    EXPECT_THAT(error_of([&] { check_intrinsics(camera); }),
                IsError(ErrorCode::invalid_argument, "focal lengths and size above 0"));
}

TEST(CheckPositive, NamesTheNumber) {
  EXPECT_NO_THROW(check_positive(1e-38f, "the width"));
  for (const float number : {0.0f, -1.0f, INFINITY, std::numeric_limits<float>::quiet_NaN()})
    EXPECT_THAT(error_of([&] { check_positive(number, "the width"); }),
                IsError(ErrorCode::invalid_argument, "the width must be a positive number"))
        << number;
}

}  // namespace
}  // namespace portrait_depth
