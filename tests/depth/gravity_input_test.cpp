// The camera's pitch on its way into a network with the input `gravity`.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "../error_of.hpp"
#include "portrait_depth/depth.hpp"
#include "portrait_depth/io.hpp"
#include "test_network.hpp"

namespace portrait_depth {
namespace {

using test::gray_picture;
using test::kLimits;
using test::test_model;

/// The astronaut's head and shoulders.
Image portrait() {
  return load_photo(PORTRAIT_DEPTH_SOURCE_DIR "/.deps/samples/astronaut.png").image;
}

/// The mean slope of the person, downward, in crop widths of depth for one of height.
double slope_of(const DepthMap& depth) {
  double weight = 0, sum_y = 0, sum_z = 0, sum_yy = 0, sum_yz = 0;
  for (int y = 0; y < depth.height(); ++y)
    for (int x = 0; x < depth.width(); ++x) {
      if (depth.mask()(x, y) < kPersonMask) continue;
      const double z = depth.metres()(x, y) / depth.head_distance_metres() * depth.intrinsics().fy;
      weight += 1;
      sum_y += y;
      sum_z += z;
      sum_yy += static_cast<double>(y) * y;
      sum_yz += y * z;
    }
  return (weight * sum_yz - sum_y * sum_z) / (weight * sum_yy - sum_y * sum_y);
}

TEST(DepthEstimator, GivesTheNetworkGravity) {
  DepthEstimator estimator(test_model("tilted"), {.segmentation = false});
  EXPECT_TRUE(estimator.takes_camera_pitch());
  const Image image = gray_picture(90, 120);
  EstimationConfig config = kLimits;
  config.head_distance_metres = 1.0f;
  config.intrinsics = Intrinsics{100, 100, 45, 60, 90, 120};
  const auto expect_plane = [&](const DepthMap& depth, float x, float z) {
    constexpr float kCropWidth = 102;  // 90 and 6 of air on each side
    for (const int at : {10, 45, 80}) {
      const float relief = x * (static_cast<float>(at) + 0.5f - 45) / kCropWidth + 0.3f * z;
      EXPECT_NEAR(depth.metres()(at, 60), 1 + relief * kCropWidth / 100, 2e-3f) << at;
    }
  };
  expect_plane(estimator.estimate_depth(image, config), 0, 0);
  config.camera_roll = 0.5f;  // nothing without a pitch
  expect_plane(estimator.estimate_depth(image, config), 0, 0);
  config.camera_pitch = 0.4f;
  const float x = std::cos(0.4f) * std::sin(0.5f), z = -std::sin(0.4f);
  expect_plane(estimator.estimate_depth(image, config), x, z);
  const std::vector<ImageView> pictures(3, image.view());
  for (const bool flip_augmentation : {false, true}) {  // the mirror image has the mirrored gravity
    config.flip_augmentation = flip_augmentation;
    for (const DepthMap& depth : estimator.estimate_depth(pictures, config)) expect_plane(depth, x, z);
  }
  const Plane<float> mask(90, 120, 1.0f);
  const PhotoConfig photo = {.intrinsics = config.intrinsics,
                             .head_distance_metres = 1.0f,
                             .camera_pitch = 0.4f,
                             .camera_roll = 0.5f,
                             .mask = mask.view()};
  expect_plane(estimator.estimate_photo(image, photo).depth, x, z);
  config.camera_pitch.reset();
  expect_plane(estimator.estimate_depth(image, config), 0, 0);
}

TEST(DepthEstimator, RejectsAnglesThatNoCameraHas) {
  DepthEstimator estimator(test_model("tilted"), {.segmentation = false});
  const Image image = gray_picture(90, 120);
  EstimationConfig config = kLimits;
  for (const float pitch : {12.0f, -1.58f, std::numeric_limits<float>::quiet_NaN()}) {
    config.camera_pitch = pitch;
    EXPECT_THAT(error_of([&] { estimator.estimate_depth(image, config); }),
                IsError(ErrorCode::invalid_argument, "the camera's pitch must be -pi/2 to pi/2 radians"));
    EXPECT_THAT(error_of([&] { estimator.estimate_photo(image, {.camera_pitch = pitch}); }),
                IsError(ErrorCode::invalid_argument, "the camera's pitch must be -pi/2 to pi/2 radians"));
  }
  config.camera_pitch = 0.1f;
  config.camera_roll = 4;
  EXPECT_THAT(error_of([&] { estimator.estimate_depth(std::vector<ImageView>{image}, config); }),
              IsError(ErrorCode::invalid_argument, "the camera's roll must be -pi to pi radians"));
}

TEST(DepthEstimator, IgnoresThePitchWithoutTheInput) {
  DepthEstimator estimator(test_model("ramp"), {.segmentation = false});
  EXPECT_FALSE(estimator.takes_camera_pitch());
  const Image image = gray_picture(90, 120);
  EstimationConfig config = kLimits;
  const DepthMap without = estimator.estimate_depth(image, config);
  config.camera_pitch = 0.4f;
  EXPECT_EQ(estimator.estimate_depth(image, config).to_array(), without.to_array());
}

// A camera that looks up sees an upright person lean back: the relief's slope falls with the pitch.
TEST(CreateEstimator, ShippedNetworksFindTheSlopeWithThePitch) {
  const Image photo = portrait();
  for (const SupportedModel model : {SupportedModel::ARPortraitDepth, SupportedModel::ARPortraitDepthFast}) {
    const auto estimator = create_estimator(model);
    ASSERT_TRUE(estimator->takes_camera_pitch());
    const auto slope = [&](std::optional<float> pitch, float roll = 0) {
      return slope_of(estimator->estimate_photo(photo, {.camera_pitch = pitch, .camera_roll = roll}).depth);
    };
    const double unknown = slope(std::nullopt), level = slope(0.0f), up = slope(0.3f), down = slope(-0.3f);
    const double across = slope(0.3f, 1.57f);  // gravity points aside
    EXPECT_EQ(unknown, slope(std::nullopt, 1.57f));
    EXPECT_LT(up, level - 0.01);
    EXPECT_GT(down, level + 0.01);
    EXPECT_LT(down - up, 0.2);
    EXPECT_LT(std::abs(level - unknown), 0.03);
    EXPECT_LT(std::abs(across - unknown), 0.05);
  }
}

}  // namespace
}  // namespace portrait_depth
