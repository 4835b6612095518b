#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "../error_of.hpp"
#include "portrait_depth/depth.hpp"

namespace portrait_depth {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;

constexpr float kNothing = std::numeric_limits<float>::quiet_NaN();

/// Metres 0.8, 1.2, 2.0 and NaN; the third pixel is less than half covered.
DepthMap four_pixels(float min_depth, float max_depth) {
  Plane<float> metres(4, 1), mask(4, 1);
  for (const auto& [x, z, m] :
       {std::tuple(0, 0.8f, 1.0f), {1, 1.2f, 0.5f}, {2, 2.0f, 0.4f}, {3, kNothing, 0.0f}}) {
    metres(x, 0) = z;
    mask(x, 0) = m;
  }
  return {std::move(metres), std::move(mask), Intrinsics::assumed(4, 1), min_depth, max_depth};
}

TEST(DepthMap, ValuesAreHalfTheMetresBetweenTheLimits) {
  const DepthMap depth = four_pixels(0.2f, 0.9f);
  EXPECT_FLOAT_EQ(depth.value(0, 0), (0.4f - 0.2f) / 0.7f);
  EXPECT_FLOAT_EQ(depth.value(1, 0), (0.6f - 0.2f) / 0.7f);
  EXPECT_EQ(depth.value(2, 0), 0);  // mask under a half is background
  EXPECT_EQ(depth.value(3, 0), 0);
}

TEST(DepthMap, ValuesAreClampedToTheLimits) {
  const DepthMap depth = four_pixels(0.5f, 0.55f);
  EXPECT_EQ(depth.value(0, 0), 0);
  EXPECT_EQ(depth.value(1, 0), 1);
  const DepthMap coinciding = four_pixels(0.5f, 0.5f);
  EXPECT_EQ(coinciding.value(0, 0), 0);
  EXPECT_EQ(coinciding.value(1, 0), 1);
}

TEST(DepthMap, TakesNewLimitsWithoutNewPlanes) {
  DepthMap depth = four_pixels(0.2f, 0.9f);
  const float* const metres = depth.metres().data();
  depth.set_limits({.min_depth = 0.3f, .max_depth = 0.7f});
  EXPECT_FLOAT_EQ(depth.value(0, 0), (0.4f - 0.3f) / 0.4f);
  EXPECT_EQ(depth.limits().max_depth, 0.7f);
  EXPECT_EQ(depth.metres().data(), metres);
  const Error swapped = error_of([&] { depth.set_limits({.min_depth = 0.7f, .max_depth = 0.3f}); });
  EXPECT_EQ(swapped.code(), ErrorCode::invalid_argument);
  EXPECT_STREQ(swapped.what(), "minDepth must be <= maxDepth.");
  EXPECT_EQ(depth.limits().min_depth, 0.3f);
}

TEST(DepthMap, FindsLimitsThatSpanThePerson) {
  constexpr int kWidth = 1000;
  Plane<float> metres(kWidth, 1), mask(kWidth, 1, 1.0f);
  for (int x = 0; x < kWidth; ++x) metres(x, 0) = 1 + static_cast<float>(x) / kWidth;
  mask(0, 0) = 0.4f;  // not the person
  metres(0, 0) = 0.1f;
  metres(kWidth - 1, 0) = 50;  // one outlier
  DepthMap depth(std::move(metres), std::move(mask), Intrinsics::assumed(kWidth, 1), 0, 1);
  depth.set_limits(depth.limits_of_person());
  EXPECT_NEAR(depth.value(2, 0), 0.1f, 2e-3f);
  EXPECT_NEAR(depth.value(500, 0), 0.55f, 2e-3f);
  EXPECT_NEAR(depth.value(997, 0), 1.0f, 2e-3f);
  EXPECT_EQ(depth.value(kWidth - 1, 0), 1.0f);
}

TEST(DepthMap, FindsLimitsOfAFlatPersonAndOfAnEmptyMask) {
  const DepthMap flat(Plane<float>(2, 1, 0.8f), Plane<float>(2, 1, 1.0f), Intrinsics::assumed(2, 1), 0, 1);
  EXPECT_LT(flat.limits_of_person().min_depth, 0.4f);
  EXPECT_GT(flat.limits_of_person().max_depth, 0.4f);
  const DepthMap without_person(Plane<float>(2, 1, 0.8f), Plane<float>(2, 1, 0.0f), Intrinsics::assumed(2, 1),
                                0, 1);
  EXPECT_EQ(without_person.limits_of_person().min_depth, 0);
  EXPECT_EQ(without_person.limits_of_person().max_depth, 1);
}

TEST(DepthMap, GivesArraysTensorsAndImages) {
  const DepthMap depth = four_pixels(0.0f, 1.0f);
  EXPECT_THAT(depth.to_array(), ElementsAre(0.4f, 0.6f, 0, 0));
  const Tensor2D tensor = depth.to_tensor();
  EXPECT_EQ(tensor.height, 1);
  EXPECT_EQ(tensor.width, 4);
  EXPECT_EQ(tensor.data, depth.to_array());
  const Image image = depth.to_image();
  ASSERT_EQ(image.channels(), 4);
  EXPECT_THAT(std::vector<int>(image.pixel(0, 0), image.pixel(0, 0) + 4), ElementsAre(102, 0, 0, 255));
  EXPECT_THAT(std::vector<int>(image.pixel(1, 0), image.pixel(1, 0) + 4), ElementsAre(153, 0, 0, 255));
  EXPECT_THAT(std::vector<int>(image.pixel(3, 0), image.pixel(3, 0) + 4), ElementsAre(0, 0, 0, 255));
  EXPECT_EQ(depth.underlying_type(), UnderlyingType::array);
  std::vector<float> short_array(3);
  EXPECT_THAT(error_of([&] { depth.to_array(short_array); }), IsError(ErrorCode::invalid_argument, "array"));
}

TEST(DepthMap, GivesArraysOfEachPixelsValue) {
  constexpr int kWidth = 13, kHeight = 3;
  Plane<float> metres(kWidth, kHeight), mask(kWidth, kHeight);
  for (int y = 0; y < kHeight; ++y)
    for (int x = 0; x < kWidth; ++x) {
      mask(x, y) = static_cast<float>((x + y) % 5) / 4;
      metres(x, y) = mask(x, y) > 0 ? 0.3f + 0.1f * static_cast<float>(x) : kNothing;
    }
  DepthMap depth(std::move(metres), std::move(mask), Intrinsics::assumed(kWidth, kHeight), 0, 1);
  for (const DepthLimits limits : {DepthLimits{0.3f, 0.6f}, DepthLimits{0.5f, 0.5f}}) {
    depth.set_limits(limits);
    std::vector<float> expected;
    for (int y = 0; y < kHeight; ++y)
      for (int x = 0; x < kWidth; ++x) expected.push_back(depth.value(x, y));
    EXPECT_THAT(expected, AllOf(Contains(0.0f), Contains(1.0f)));
    EXPECT_EQ(depth.to_array(), expected);
  }
}

TEST(DepthMap, RejectsPlanesThatDoNotFit) {
  EXPECT_THAT(error_of([] { DepthMap(Plane<float>(2, 2), Plane<float>(2, 3), {}, 0, 1); }),
              IsError(ErrorCode::invalid_argument, "size"));
  EXPECT_THAT(error_of([] { DepthMap(Plane<float>(1, 1, kNothing), Plane<float>(1, 1, 0.1f), {}, 0, 1); }),
              IsError(ErrorCode::invalid_argument, "finite"));
  EXPECT_NO_THROW(DepthMap(Plane<float>(1, 1, kNothing), Plane<float>(1, 1, 0.0f), {}, 0, 1));
}

TEST(DepthMap, RejectsInvalidDistancesAndLimits) {
  for (const float metres : {0.0f, -1.0f, INFINITY})
    EXPECT_THAT(error_of([&] { DepthMap(Plane<float>(1, 1, metres), Plane<float>(1, 1, 0.1f), {}, 0, 1); }),
                IsError(ErrorCode::invalid_argument, "metres"))
        << metres;
  const auto with_limits = [](float least, float most) {
    return DepthMap(Plane<float>(1, 1, 1.0f), Plane<float>(1, 1, 1.0f), {}, least, most);
  };
  EXPECT_THAT(error_of([&] { with_limits(kNothing, 1); }),
              IsError(ErrorCode::invalid_argument, "minDepth and maxDepth set"));
  EXPECT_THAT(error_of([&] { with_limits(0, INFINITY); }),
              IsError(ErrorCode::invalid_argument, "minDepth and maxDepth set"));
  EXPECT_THAT(error_of([&] { with_limits(0.9f, 0.2f); }),
              IsError(ErrorCode::invalid_argument, "minDepth must be <= maxDepth."));
  EXPECT_NO_THROW(with_limits(0.5f, 0.5f));
}

TEST(DepthMap, KeepsNoMetresOutsideTheMask) {
  Plane<float> metres(3, 1, 1.0f), mask(3, 1, 0.1f);
  mask(1, 0) = 0;
  mask(2, 0) = kNothing;
  metres(1, 0) = -4;
  const DepthMap depth(metres, mask, {}, 0, 1);
  EXPECT_EQ(depth.metres()(0, 0), 1);
  EXPECT_TRUE(std::isnan(depth.metres()(1, 0)));
  EXPECT_TRUE(std::isnan(depth.metres()(2, 0)));
}

TEST(DepthMap, KeepsTheHeadsDistanceOrTakesTheMedian) {
  EXPECT_FLOAT_EQ(four_pixels(0, 1).head_distance_metres(), 1.2f);
  const DepthMap given(Plane<float>(1, 1, 1.0f), Plane<float>(1, 1, 1.0f), {}, 0, 1, 0.7f);
  EXPECT_EQ(given.head_distance_metres(), 0.7f);
}

TEST(DepthMap, NormalsOfAPlaneAreThePlanes) {
  // The plane Z = 1 + X / 2 seen by a pinhole camera: Z = 1 / (1 - x / 2) along the ray (x, y, 1).
  const Intrinsics camera = Intrinsics::assumed(40, 30);
  Plane<float> metres(40, 30), mask(40, 30, 1.0f);
  for (int y = 0; y < 30; ++y)
    for (int x = 0; x < 40; ++x)
      metres(x, y) = 1 / (1 - (static_cast<float>(x) + 0.5f - camera.cx) / camera.fx / 2);
  mask(5, 5) = 0.4f;
  const Plane<Vec3> normals = DepthMap(std::move(metres), std::move(mask), camera, 0, 1).normals();
  const float length = std::sqrt(1.25f);
  for (const auto& [x, y] : {std::pair(0, 0), {20, 15}, {39, 29}}) {
    EXPECT_NEAR(normals(x, y).x, 0.5f / length, 1e-3f);
    EXPECT_NEAR(normals(x, y).y, 0, 1e-3f);
    EXPECT_NEAR(normals(x, y).z, -1 / length, 1e-3f);
  }
  EXPECT_EQ(normals(5, 5).z, 0);
}

}  // namespace
}  // namespace portrait_depth
