#include "depth/camera_prior.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <optional>

#include "../error_of.hpp"
#include "depth/estimation.hpp"

namespace portrait_depth {
namespace {

using testing::HasSubstr;

TEST(CameraPrior, PutsTightCropsAtPersonalDistance) {
  // From a face to head and shoulders: the picture's diagonal is up to 0.8 m at the head.
  for (const float diagonal_metres : {0.1f, 0.3f, 0.5f, 0.8f})
    EXPECT_NEAR(likely_head_metres(diagonal_metres), 0.905f, 0.02f) << diagonal_metres;
}

TEST(CameraPrior, PutsSmallPeopleAsFarAsAnUncroppedViewShowsThem) {
  // The usual focal length of 28 mm has 43.27 mm of film along the diagonal.
  for (const float diagonal_metres : {2.0f, 5.0f, 20.0f}) {
    const float uncropped = diagonal_metres * 28 / 43.27f;
    EXPECT_GT(likely_head_metres(diagonal_metres), 0.8f * uncropped) << diagonal_metres;
    EXPECT_LT(likely_head_metres(diagonal_metres), 1.3f * uncropped) << diagonal_metres;
  }
}

TEST(CameraPrior, GrowsWithTheFrameAndStaysFinite) {
  float last = 0;
  for (float diagonal_metres = 1e-30f; diagonal_metres < 1e30f; diagonal_metres *= 1.5f) {
    const float metres = likely_head_metres(diagonal_metres);
    ASSERT_TRUE(std::isfinite(metres)) << diagonal_metres;
    ASSERT_GE(metres, last) << diagonal_metres;
    last = metres;
  }
}

TEST(LikelyCamera, ShowsTheCropAsWideAsItIs) {
  for (const std::optional<float> head : {std::optional<float>(), std::optional<float>(2.5f)}) {
    const Intrinsics camera = likely_camera(600, 800, 450, 0.6f, head);
    const ReliefScale scale = relief_scale(0.6f, 450, camera, head);
    EXPECT_NEAR(scale.head_metres, head.value_or(likely_head_metres(0.6f * 1000 / 450)), 1e-5f);
    EXPECT_NEAR(scale.metres_per_relief, 0.6f, 1e-6f);  // the relief's metres do not depend on the distance
    EXPECT_EQ(camera.cx, 300);
    EXPECT_EQ(camera.cy, 400);
    EXPECT_EQ(camera.fx, camera.fy);
  }
}

TEST(LikelyCamera, RejectsWidthsWithoutACamera) {
  for (const float metres :
       {0.0f, -1.0f, std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
    const Error error = error_of([&] { likely_camera(600, 800, 450, metres, std::nullopt); });
    EXPECT_EQ(error.code(), ErrorCode::invalid_argument) << metres;
    EXPECT_THAT(error.what(), HasSubstr("the crop's width"));
  }
  const Error error = error_of([&] { likely_camera(600, 800, 450, 1e-38f, 1e6f); });
  EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
  EXPECT_THAT(error.what(), HasSubstr("give the picture's intrinsics"));
}

/// A picture, all of it person, on its way to a depth map.
struct Prepared {
  Image image{60, 80, 3};
  DepthModel model;
  std::vector<float> input = std::vector<float>(std::size_t{4} * 192 * 256);
  Estimation estimation;

  Prepared() {
    Segmentation person = segmentation_from_mask(Plane<float>(60, 80, 1.0f));
    estimation.prepare(image, person, model, input);
  }
};

TEST(Estimation, KeepsAGivenCamera) {
  Prepared prepared;
  EstimationConfig config = {.min_depth = 0, .max_depth = 1};
  config.intrinsics = Intrinsics{70, 71, 20, 30, 60, 80};
  config.flip_horizontal = true;
  prepared.estimation.place(0.5f, config);
  const Intrinsics camera = prepared.estimation.result_intrinsics(config);
  EXPECT_EQ(camera.fx, 70);
  EXPECT_EQ(camera.fy, 71);
  EXPECT_EQ(camera.cx, 40);  // mirrored
  EXPECT_NEAR(prepared.estimation.scale().head_metres, 0.5f * 70 / prepared.estimation.crop().width, 1e-6f);
}

TEST(Estimation, ChoosesTheCameraByThePrior) {
  Prepared prepared;
  prepared.estimation.place(0.5f, {.min_depth = 0, .max_depth = 1});
  const float diagonal = 0.5f * 100 / prepared.estimation.crop().width;
  EXPECT_NEAR(prepared.estimation.scale().head_metres, likely_head_metres(diagonal), 1e-5f);
}

}  // namespace
}  // namespace portrait_depth
