#include <gtest/gtest.h>

#include <cstdlib>

#include "portrait_depth/runtime.hpp"

namespace portrait_depth {
namespace {

TEST(DefaultModelFolder, IsTheFolderOfTheEnvironment) {
  ASSERT_EQ(setenv("PORTRAIT_DEPTH_MODELS", "/somewhere/else", 1), 0);
  EXPECT_EQ(default_model_folder(), "/somewhere/else");
  ASSERT_EQ(unsetenv("PORTRAIT_DEPTH_MODELS"), 0);
}

TEST(DefaultModelFolder, OtherwiseHoldsTheNetworksOfTheBuild) {
  ASSERT_EQ(unsetenv("PORTRAIT_DEPTH_MODELS"), 0);
  EXPECT_TRUE(std::filesystem::exists(default_model_folder() / "selfie_segmentation.onnx"));
  EXPECT_TRUE(std::filesystem::exists(default_model_folder() / "selfie_segmentation_landscape.onnx"));
  EXPECT_TRUE(std::filesystem::exists(default_model_folder() / "face_detection_full_range.onnx"));
}

}  // namespace
}  // namespace portrait_depth
