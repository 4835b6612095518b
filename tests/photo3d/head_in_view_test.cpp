#include "photo3d/head_in_view.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "camera/vector.hpp"
#include "photo3d/camera_presets.hpp"
#include "render/view.hpp"

namespace portrait_depth {
namespace {

constexpr int kWidth = 300, kHeight = 400;
constexpr float kMetres = 1;

/// A head whose box is given in pixels, above shoulders as wide as the photo.
Plane<float> matte(int left, int top, int right) {
  const Intrinsics camera = Intrinsics::assumed(kWidth, kHeight);
  const int chin = top + static_cast<int>(0.25f * camera.fy / kMetres);
  Plane<float> alpha(kWidth, kHeight, 0.0f);
  for (int y = top; y < kHeight; ++y)
    for (int x = 0; x < kWidth; ++x) alpha(x, y) = y >= chin || (x >= left && x < right);
  return alpha;
}

PathSpace space_of(const Plane<float>& alpha) {
  PathSpace space;
  space.intrinsics = Intrinsics::assumed(kWidth, kHeight);
  space.focus_metres = kMetres;
  space.head = find_head_ends(alpha, space.intrinsics, kMetres);
  return space;
}

CameraPath path_of(const PathSpace& space, const char* preset, float strength) {
  CameraPathOptions options;
  options.preset = preset;
  options.strength = strength;
  options.frames_per_second = 10;
  return preset_path(options, space);
}

TEST(HeadEnds, AreTheHeadsAndNotTheShoulders) {
  const PathSpace space = space_of(matte(90, 12, 200));
  ASSERT_TRUE(space.head.top && space.head.left && space.head.right);
  const View view = make_view({{0, 0, 0}, {0, 0, kMetres}, {0, -1, 0}, 1}, space.intrinsics, kWidth, kHeight);
  EXPECT_NEAR(view.project(*space.head.top).y, 12, 0.01f);
  EXPECT_NEAR(view.project(*space.head.left).x, 90, 0.01f);
  EXPECT_NEAR(view.project(*space.head.right).x, 200, 0.01f);
}

TEST(HeadEnds, LeaveOutEndsAtThePhotosBorder) {
  const HeadEnds cropped = space_of(matte(0, 0, kWidth)).head;
  EXPECT_FALSE(cropped.top || cropped.left || cropped.right);
  const HeadEnds none = space_of(Plane<float>(kWidth, kHeight, 0.0f)).head;
  EXPECT_FALSE(none.top || none.left || none.right);
}

TEST(KeepHeadInView, NoPresetCropsTheHead) {
  for (const int left : {15, 90, 160}) {
    const PathSpace space = space_of(matte(left, 14, left + 120));
    for (const CameraPreset& preset : camera_presets())
      for (const float strength : {1.0f, 2.0f}) {
        CameraPath path = path_of(space, preset.name.c_str(), strength);
        keep_head_in_view(path, space);
        for (const CameraPose& pose : path) {
          const View view = make_view(pose, space.intrinsics, kWidth, kHeight);
          EXPECT_GE(view.project(*space.head.top).y, 0) << preset.name << strength;
          EXPECT_GE(view.project(*space.head.left).x, 0) << preset.name << strength;
          EXPECT_LE(view.project(*space.head.right).x, kWidth) << preset.name << strength;
        }
      }
  }
}

TEST(KeepHeadInView, TheWayBeginsAtThePhotoAndLooksTheSameWay) {
  const PathSpace space = space_of(matte(90, 10, 210));
  const CameraPath free = path_of(space, "zoom", 1);
  CameraPath path = free;
  keep_head_in_view(path, space);
  EXPECT_FLOAT_EQ(path[0].position.y, 0);
  float highest = 0;
  for (std::size_t i = 0; i < path.size(); ++i) {
    highest = std::min(highest, path[i].position.y);
    EXPECT_FLOAT_EQ(path[i].position.z, free[i].position.z);
    EXPECT_FLOAT_EQ(path[i].look_at.y - path[i].position.y, free[i].look_at.y - free[i].position.y);
  }
  EXPECT_LT(highest, -0.01f);
}

TEST(KeepHeadInView, HeadsInTheMiddleChangeNothing) {
  const PathSpace space = space_of(matte(110, 120, 190));
  for (const char* preset : {"zoom", "orbit", "ken-burns", "dolly-zoom"}) {
    const CameraPath free = path_of(space, preset, 1);
    CameraPath path = free;
    keep_head_in_view(path, space);
    for (std::size_t i = 0; i < path.size(); ++i) EXPECT_EQ(path[i].position.y, free[i].position.y) << preset;
  }
}

}  // namespace
}  // namespace portrait_depth
