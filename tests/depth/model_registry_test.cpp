#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "../error_of.hpp"
#include "portrait_depth/depth.hpp"

namespace portrait_depth {
namespace {

using testing::AllOf;
using testing::HasSubstr;

TEST(ModelRegistry, ListsTheShippedModelsFirst) {
  const std::vector<DepthModel> models = depth_models();
  ASSERT_GE(models.size(), 2u);
  EXPECT_EQ(models[0].name, "ar_portrait_depth");
  EXPECT_EQ(models[1].name, "ar_portrait_depth_fast");
  EXPECT_EQ(find_depth_model("ar_portrait_depth").file, "ar_portrait_depth.onnx");
}

TEST(ModelRegistry, AddsAndReplaces) {
  DepthModel mine;
  mine.name = "mine";
  mine.file = "mine.onnx";
  mine.output = DepthOutput::disparity;
  register_depth_model(mine);
  EXPECT_EQ(find_depth_model("mine").output, DepthOutput::disparity);
  const std::size_t count = depth_models().size();
  mine.file = "better.onnx";
  register_depth_model(mine);
  EXPECT_EQ(find_depth_model("mine").file, "better.onnx");
  EXPECT_EQ(depth_models().size(), count);
}

TEST(ModelRegistry, RejectsAnUnknownNameAndListsTheKnownOnes) {
  EXPECT_THAT(
      error_of([] { find_depth_model("midas"); }),
      IsError(ErrorCode::invalid_argument, AllOf(HasSubstr("midas"), HasSubstr("ar_portrait_depth"))));
}

TEST(ModelRegistry, RejectsUnusableDescriptions) {
  DepthModel good;
  good.name = "good";
  good.file = "good.onnx";
  const auto refused = [&](const char* part, auto change) {
    DepthModel bad = good;
    change(bad);
    EXPECT_THAT(error_of([&] { register_depth_model(bad); }), IsError(ErrorCode::invalid_argument, part));
  };
  refused("name", [](DepthModel& m) { m.name.clear(); });
  refused("file", [](DepthModel& m) { m.file.clear(); });
  refused("8192", [](DepthModel& m) { m.input_width = 0; });
  refused("8192", [](DepthModel& m) { m.input_width = m.input_height = 2'000'000'000; });
  refused("channels", [](DepthModel& m) { m.input_channels = 5; });
  refused("deviation", [](DepthModel& m) { m.deviation[1] = 0; });
  refused("multiple", [](DepthModel& m) { m.free_size = FreeInputSize{.multiple = 0, .side = 64}; });
  refused("2048", [](DepthModel& m) { m.free_size = FreeInputSize{.multiple = 14, .side = 5000}; });
  refused("4096 x 4096", [](DepthModel& m) { m.input_width = m.input_height = 8000; });
  refused("black", [](DepthModel& m) { m.black = 1; });
  refused("mean", [](DepthModel& m) { m.mean[2] = std::numeric_limits<float>::quiet_NaN(); });
}

}  // namespace
}  // namespace portrait_depth
