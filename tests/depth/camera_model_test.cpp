#include <gtest/gtest.h>

#include <limits>
#include <vector>

#include "../error_of.hpp"
#include "depth/camera_model.hpp"
#include "depth/crop.hpp"

namespace portrait_depth {
namespace {

TEST(Crop, LeavesAMarginAndKeepsTheShape) {
  const Box crop = crop_around_person({100, 200, 300, 600}, 0.75f);
  EXPECT_FLOAT_EQ(crop.width / crop.height, 0.75f);
  EXPECT_FLOAT_EQ(crop.height, 660);
  EXPECT_FLOAT_EQ(crop.x + crop.width / 2, 250);
  EXPECT_FLOAT_EQ(crop.y + crop.height / 2, 500);
  const Box wide = crop_around_person({0, 0, 600, 200}, 0.75f);
  EXPECT_FLOAT_EQ(wide.width, 660);
  EXPECT_FLOAT_EQ(wide.height, 880);
}

TEST(CameraModel, DerivesTheHeadsDistanceFromItsSize) {
  const Intrinsics camera{800, 800, 400, 300, 800, 600};
  const ReliefScale scale = relief_scale(0.6f, 480, camera, std::nullopt);
  EXPECT_FLOAT_EQ(scale.head_metres, 1.0f);        // 0.6 m fill 480 pixels at f = 800
  EXPECT_FLOAT_EQ(scale.metres_per_relief, 0.6f);  // one width of the crop
  const ReliefScale given = relief_scale(0.6f, 480, camera, 2.0f);
  EXPECT_FLOAT_EQ(given.head_metres, 2.0f);
  EXPECT_FLOAT_EQ(given.metres_per_relief, 1.2f);
  EXPECT_THAT(
      error_of([&] { relief_scale(std::numeric_limits<float>::quiet_NaN(), 480, camera, std::nullopt); }),
      IsError(ErrorCode::invalid_argument, "width"));
  EXPECT_THAT(error_of([&] { relief_scale(0.6f, 480, camera, -1.0f); }),
              IsError(ErrorCode::invalid_argument, "distance"));
}

TEST(CameraModel, MakesReliefOfDepthAndDisparity) {
  std::vector<float> scratch, mask = {1, 1, 1, 0};
  std::vector<float> depth = {9, 10, 11, 1000};
  relief_from_depth(depth, mask, 2.0f, scratch);
  EXPECT_NEAR(depth[0], -0.2f, 1e-6f);
  EXPECT_NEAR(depth[1], 0, 1e-6f);
  EXPECT_NEAR(depth[2], 0.2f, 1e-6f);

  std::vector<float> disparity(101), all(101, 1.0f);
  for (std::size_t i = 0; i < disparity.size(); ++i) disparity[i] = static_cast<float>(i);
  relief_from_disparity(disparity, all, 1.0f, scratch);
  EXPECT_NEAR(disparity[50], 0, 1e-6f);
  EXPECT_LT(disparity[95], disparity[5]);  // larger disparity is nearer
  EXPECT_NEAR(disparity[5] - disparity[95], 0.5f, 1e-5f);

  std::vector<float> relative(101);
  for (std::size_t i = 0; i < relative.size(); ++i) relative[i] = 7 + static_cast<float>(i);
  relief_from_relative(relative, all, 0.4f, scratch);
  EXPECT_NEAR(relative[50], 0, 1e-6f);
  EXPECT_NEAR(relative[95] - relative[5], 0.2f, 1e-5f);  // larger is farther; the person's crop is 0.4 wide
}

}  // namespace
}  // namespace portrait_depth
