// A depth map that comes with a photo, against a network whose relief is half of the picture's red.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

#include "../error_of.hpp"
#include "portrait_depth/depth.hpp"

namespace portrait_depth {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

constexpr float kHole = std::numeric_limits<float>::quiet_NaN();
constexpr int kWidth = 180, kHeight = 240;

DepthEstimator red_estimator() {
  DepthModel model;
  model.name = "red";
  model.file = std::filesystem::path(TEST_NETWORKS) / "red.onnx";
  return DepthEstimator(model, {.segmentation = false});
}

/// Red grows to the right and down.
Image picture() {
  Image image(kWidth, kHeight);
  for (int y = 0; y < kHeight; ++y)
    for (int x = 0; x < kWidth; ++x) {
      std::uint8_t* const pixel = image.pixel(x, y);
      pixel[0] = static_cast<std::uint8_t>(20 + x + y / 8);
      pixel[1] = pixel[2] = 90;
    }
  return image;
}

/// The person: an ellipse in the middle.
Plane<float> person() {
  Plane<float> mask(kWidth, kHeight, 0.0f);
  for (int y = 0; y < kHeight; ++y)
    for (int x = 0; x < kWidth; ++x) {
      const float u = (static_cast<float>(x) - 90) / 60, v = (static_cast<float>(y) - 120) / 90;
      mask(x, y) = u * u + v * v < 1 ? 1.0f : 0.0f;
    }
  return mask;
}

struct Fixture {
  DepthEstimator estimator = red_estimator();
  Image image = picture();
  Plane<float> mask = person();

  PhotoDepth estimate(const std::optional<GivenDepth>& depth, DepthSource source = DepthSource::automatic) {
    PhotoConfig config;
    config.mask = mask.view();
    config.depth = depth;
    config.source = source;
    return estimator.estimate_photo(image, config);
  }
  DepthMap network() { return estimate(std::nullopt).depth; }

  /// The network's depth, nearer by a factor and with a bulge that the network lacks; a wall behind.
  Plane<float> truth(float bulge = 0) {
    const DepthMap depth = network();
    Plane<float> metres(kWidth, kHeight, 2.5f);
    for (int y = 0; y < kHeight; ++y)
      for (int x = 0; x < kWidth; ++x)
        if (mask(x, y) > 0) {
          const float u = static_cast<float>(x - 90) / 50, v = static_cast<float>(y - 120) / 70;
          metres(x, y) = depth.metres()(x, y) - 0.3f - bulge * std::exp(-(u * u + v * v) * 2);
        }
    return metres;
  }
};

GivenDepth given(Plane<float> values, GivenDepthUnit unit = GivenDepthUnit::metres,
                 bool is_measured = false) {
  GivenDepth depth;
  depth.values = std::move(values);
  depth.unit = unit;
  depth.is_measured = is_measured;
  return depth;
}

template <class Function>
Plane<float> mapped(Plane<float> values, const Function& function) {
  for (float& value : values.values()) value = function(value);
  return values;
}

float mean_error(Fixture& photo, const DepthMap& depth, const Plane<float>& truth) {
  double sum = 0;
  int count = 0;
  for (int y = 0; y < kHeight; ++y)
    for (int x = 0; x < kWidth; ++x)
      if (photo.mask(x, y) > 0) sum += std::abs(depth.metres()(x, y) - truth(x, y)), ++count;
  return static_cast<float>(sum / count);
}

TEST(GivenDepth, MetresAreTakenAsTheyAre) {
  Fixture photo;
  const Plane<float> truth = photo.truth(0.1f);
  const PhotoDepth result = photo.estimate(given(truth));
  EXPECT_EQ(result.source, DepthSource::sensor);
  EXPECT_THAT(result.warning, IsEmpty());
  EXPECT_EQ(mean_error(photo, result.depth, truth), 0);
  EXPECT_NEAR(result.depth.head_distance_metres(), photo.network().head_distance_metres() - 0.3f, 0.1f);
}

TEST(GivenDepth, TheHeadAndTheCameraOfTheNetworksOwnMapAreTheNetworks) {
  Fixture photo;
  const DepthMap network = photo.network();
  Plane<float> metres(kWidth, kHeight);
  for (int y = 0; y < kHeight; ++y) std::copy_n(network.metres().row(y), kWidth, metres.row(y));
  const DepthMap again = photo.estimate(given(metres)).depth;
  EXPECT_NEAR(again.head_distance_metres(), network.head_distance_metres(), 1e-6f);
  EXPECT_NEAR(again.intrinsics().fx / network.intrinsics().fx, 1, 1e-6f);
}

TEST(GivenDepth, RelativeMapsAndDisparityGetTheNetworksScaleAndTheirNearSide) {
  Fixture photo;
  const Plane<float> truth = photo.truth();
  const DepthMap network = photo.network();
  Plane<float> expected(kWidth, kHeight, 0.0f);
  for (int y = 0; y < kHeight; ++y) std::copy_n(network.metres().row(y), kWidth, expected.row(y));
  const auto near_black = mapped(truth, [](float z) { return 1000 * z; });
  const auto near_white = mapped(truth, [](float z) { return 3 - z; });
  const auto disparity = mapped(expected, [](float z) { return 7 / z + 2; });
  EXPECT_LT(mean_error(photo, photo.estimate(given(near_black, GivenDepthUnit::relative)).depth, expected),
            1e-3f);
  EXPECT_LT(mean_error(photo, photo.estimate(given(near_white, GivenDepthUnit::relative)).depth, expected),
            1e-3f);
  EXPECT_LT(mean_error(photo, photo.estimate(given(disparity, GivenDepthUnit::disparity)).depth, expected),
            1e-3f);
  GivenDepth forced = given(near_white, GivenDepthUnit::relative);
  forced.near = NearGray::black;
  EXPECT_GT(mean_error(photo, photo.estimate(forced).depth, expected), 0.05f);
}

TEST(GivenDepth, TheBackgroundDecidesTheNearSideOfAMapThatTheNetworkDoesNotDecide) {
  Fixture photo;
  // On the person, the map varies from top to bottom, the network from left to right.
  const auto make = [&](float background) {
    Plane<float> map(kWidth, kHeight, background);
    for (int y = 0; y < kHeight; ++y)
      for (int x = 0; x < kWidth; ++x)
        if (photo.mask(x, y) > 0) map(x, y) = 0.5f + 0.1f * static_cast<float>(std::abs(y - 120)) / 90;
    return given(map, GivenDepthUnit::relative);
  };
  const DepthMap far_is_large = photo.estimate(make(0.9f)).depth,
                 far_is_small = photo.estimate(make(0.1f)).depth;
  EXPECT_LT(far_is_large.metres()(90, 120), far_is_large.metres()(90, 200));
  EXPECT_GT(far_is_small.metres()(90, 120), far_is_small.metres()(90, 200));
  EXPECT_THAT(error_of([&] { photo.estimate(make(0.55f)); }),
              IsError(ErrorCode::invalid_argument, "--depth-near"));
}

TEST(GivenDepth, UnusableMapsAreRejectedWithTheirReason) {
  Fixture photo;
  const Plane<float> truth = photo.truth(0.1f);
  const auto fault = [&](GivenDepth depth) { return error_of([&] { photo.estimate(depth); }); };
  const auto refused = [](const char* part) { return IsError(ErrorCode::invalid_argument, part); };
  EXPECT_THAT(fault(given(Plane<float>(kHeight, kWidth, 1.0f))), refused("another shape"));
  EXPECT_THAT(fault(given(Plane<float>())), refused("empty"));
  EXPECT_THAT(fault(given(Plane<float>(kWidth, kHeight, kHole))), refused("no value"));
  EXPECT_THAT(fault(given(Plane<float>(kWidth, kHeight, 1.0f))), refused("one value everywhere"));
  EXPECT_THAT(fault(given(mapped(truth, [](float z) { return 1000 * z; }))), refused("not in metres"));
  EXPECT_THAT(fault(given(mapped(truth, [](float z) { return 0.01f * z; }))), refused("not in metres"));
  EXPECT_THAT(fault(given(mapped(truth, [](float z) { return 3 - z; }))),
              refused("larger values are nearer"));
  Plane<float> elsewhere(kWidth, kHeight, kHole);
  elsewhere(0, 0) = 1, elsewhere(1, 0) = 2;
  EXPECT_THAT(fault(given(elsewhere)), refused("no values on the person"));
  EXPECT_THAT(error_of([&] { photo.estimate(std::nullopt, DepthSource::fused); }), refused("--depth FILE"));
}

TEST(GivenDepth, AMeasuredMapThatCannotBeUsedLeavesTheNetworkAndAWarning) {
  Fixture photo;
  const GivenDepth constant = given(Plane<float>(kWidth, kHeight, 1.0f), GivenDepthUnit::metres, true);
  const PhotoDepth result = photo.estimate(constant);
  EXPECT_EQ(result.source, DepthSource::network);
  EXPECT_THAT(result.warning, HasSubstr("one value everywhere"));
  EXPECT_EQ(result.depth.metres()(90, 120), photo.network().metres()(90, 120));
  EXPECT_THAT(error_of([&] { photo.estimate(constant, DepthSource::sensor); }),
              IsError(ErrorCode::invalid_argument, "one value everywhere"));
}

TEST(GivenDepth, AMapOfAnotherPhotoIsDoubted) {
  Fixture photo;
  const Plane<float> truth = photo.truth(0.1f);
  Plane<float> moved(kWidth, kHeight, 2.5f), turned(kWidth, kHeight);
  for (int y = 0; y < kHeight; ++y)
    for (int x = 0; x < kWidth; ++x) {
      if (x >= 24) moved(x, y) = truth(x - 24, y);
      turned(x, y) = 1 + 0.2f * static_cast<float>(y) / kHeight;  // the network's grows to the right
    }
  EXPECT_THAT(photo.estimate(given(moved)).warning, HasSubstr("the edges of the depth map"));
  EXPECT_THAT(photo.estimate(given(turned)).warning, HasSubstr("does not follow the person"));
  const PhotoDepth measured = photo.estimate(given(moved, GivenDepthUnit::metres, true));
  EXPECT_EQ(measured.source, DepthSource::network);
  EXPECT_THAT(measured.warning, HasSubstr("the network's depth is used"));
}

/// Half the size, steps of 1 cm, noise, holes, and a rim of wall on the person.
GivenDepth sensor_of(const Plane<float>& truth, const Plane<float>& mask) {
  Plane<float> values(kWidth / 2, kHeight / 2);
  std::mt19937 random(1);
  std::normal_distribution<float> noise(0, 0.003f);
  const auto is_inner = [&](int x, int y) {
    for (const int d : {-4, 4})
      if (mask(x + d, y) == 0 || mask(x, y + d) == 0) return false;
    return true;
  };
  for (int y = 0; y < values.height(); ++y)
    for (int x = 0; x < values.width(); ++x) {
      const int at_x = 2 * x, at_y = 2 * y;
      const bool is_person = mask(at_x, at_y) > 0;
      float z = is_person && !is_inner(at_x, at_y) ? 2.5f : truth(at_x, at_y);
      z = std::round((z + noise(random)) * 100) / 100;
      values(x, y) = x > 40 && x < 50 && y > 35 && y < 45 ? kHole : z;
    }
  return given(std::move(values), GivenDepthUnit::metres, true);
}

TEST(GivenDepth, FusedHasTheSensorsShapeWithoutItsWallHolesAndSteps) {
  Fixture photo;
  const Plane<float> truth = photo.truth(0.06f);
  const GivenDepth sensor = sensor_of(truth, photo.mask);
  const PhotoDepth fused = photo.estimate(sensor), alone = photo.estimate(sensor, DepthSource::sensor);
  EXPECT_EQ(fused.source, DepthSource::fused);
  EXPECT_THAT(fused.warning, IsEmpty());
  std::vector<float> person;
  for (int y = 0; y < kHeight; ++y)
    for (int x = 0; x < kWidth; ++x)
      if (photo.mask(x, y) > 0) person.push_back(truth(x, y));
  std::sort(person.begin(), person.end());
  const float range = person[person.size() * 95 / 100] - person[person.size() * 5 / 100];
  const float fused_error = mean_error(photo, fused.depth, truth) / range;
  EXPECT_LT(fused_error, 0.02f);
  EXPECT_GT(mean_error(photo, alone.depth, truth) / range, 3 * fused_error);  // the wall
  EXPECT_GT(mean_error(photo, photo.network(), truth) / range, 3 * fused_error);
  EXPECT_NEAR(fused.depth.metres()(90, 80), truth(90, 80), 0.02f);  // in the hole
}

TEST(GivenDepth, ADisparityUpToScaleGetsTheNetworksScale) {
  Fixture photo;
  const Plane<float> truth = photo.truth();
  GivenDepth sensor = sensor_of(truth, photo.mask);
  for (float& value : sensor.values.values()) value = 0.1f / value;
  sensor.unit = GivenDepthUnit::disparity;
  sensor.near = NearGray::white;
  const DepthMap fused = photo.estimate(sensor).depth, network = photo.network();
  Plane<float> expected(kWidth, kHeight, 0.0f);
  for (int y = 0; y < kHeight; ++y) std::copy_n(network.metres().row(y), kWidth, expected.row(y));
  EXPECT_LT(mean_error(photo, fused, expected), 0.03f);
}

TEST(GivenDepth, TheResultIsMirroredAsAWhole) {
  Fixture photo;
  PhotoConfig config;
  config.mask = photo.mask.view();
  config.depth = given(photo.truth(0.1f));
  const DepthMap straight = photo.estimator.estimate_photo(photo.image, config).depth;
  config.flip_horizontal = true;
  const DepthMap mirrored = photo.estimator.estimate_photo(photo.image, config).depth;
  for (int x = 40; x < kWidth - 40; ++x)
    EXPECT_EQ(mirrored.metres()(kWidth - 1 - x, 120), straight.metres()(x, 120)) << x;
}

}  // namespace
}  // namespace portrait_depth
