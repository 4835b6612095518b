#include "photo3d/camera_paths.hpp"
#include "camera/pose.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "../error_of.hpp"
#include "photo3d/path_limits.hpp"
#include "render/view.hpp"
#include "synthetic_portrait.hpp"

namespace portrait_depth {
namespace {

float distance(const Vec3& from_origin) {
  return std::hypot(from_origin.x, from_origin.y, from_origin.z);
}

using ::testing::HasSubstr;

PathSpace test_space() {
  PathSpace space;
  space.intrinsics = Intrinsics::assumed(600, 800);
  space.focus_metres = 0.8f;
  space.background_metres = 1.2f;
  return space;
}

// The distance, in pixels, by which the projections of three points move between two poses.
float movement(const CameraPose& a, const CameraPose& b) {
  const Intrinsics photo = Intrinsics::assumed(600, 800);
  const View from = make_view(a, photo, 600, 800), to = make_view(b, photo, 600, 800);
  float most = 0;
  for (const Vec3& point : {Vec3{0, 0, 0.7f}, Vec3{0.2f, 0.2f, 0.9f}, Vec3{-0.3f, -0.2f, 1.2f}}) {
    const ScreenVertex p = from.project(point), q = to.project(point);
    most = std::max(most, std::hypot(p.x - q.x, p.y - q.y));
  }
  return most;
}

TEST(CameraPaths, EveryPresetLoopsWithoutAJump) {
  for (const CameraPreset& preset : camera_presets()) {
    CameraPathOptions options;
    options.preset = preset.name;
    CameraPath path = preset_path(options, test_space());
    ASSERT_EQ(path.size(), 60u) << preset.name;
    float largest_step = 0;
    for (std::size_t i = 1; i < path.size(); ++i)
      largest_step = std::max(largest_step, movement(path[i - 1], path[i]));
    EXPECT_LE(movement(path.back(), path.front()), largest_step * 1.01f) << preset.name;
    if (preset.name.starts_with("still"))
      EXPECT_EQ(largest_step, 0) << preset.name;
    else
      EXPECT_GT(largest_step, 0.2f) << preset.name;
    EXPECT_FALSE(preset.description.empty());
  }
}

TEST(CameraPaths, TheOrbitIsTheOriginals) {
  CameraPathOptions options;
  options.duration_seconds = 4;
  options.frames_per_second = 1;
  const CameraPath path = preset_path(options, test_space());
  const float r = 0.4f / 10.5f * 0.8f;
  // C + r (cos θ (1, 1, 0) + sin θ (0, 1, 1)), with y up and z toward the viewer there, y down and z away
  // here.
  EXPECT_NEAR(path[0].position.x, r, 1e-5);
  EXPECT_NEAR(path[0].position.y, -r, 1e-5);
  EXPECT_NEAR(path[1].position.x, 0, 1e-5);
  EXPECT_NEAR(path[1].position.y, -r, 1e-5);
  EXPECT_NEAR(path[1].position.z, -r, 1e-5);
}

TEST(CameraPaths, TheDollyZoomKeepsTheFocusPlanesSize) {
  CameraPathOptions options;
  options.preset = "dolly-zoom";
  const PathSpace space = test_space();
  const Intrinsics& photo = space.intrinsics;
  for (const CameraPose& pose : preset_path(options, space)) {
    const View view = make_view(pose, photo, photo.width, photo.height);
    EXPECT_NEAR(view.project({0.1f, 0, space.focus_metres}).x - view.center_x,
                photo.fx * 0.1f / space.focus_metres, 0.1f);
  }
}

TEST(CameraPaths, AWiderSceneNeedsLessZoom) {
  PathSpace space = test_space();
  const CameraPath path = preset_path({}, space);
  const float without = needed_zoom(path, space);
  EXPECT_GT(without, 1.02f);
  space.border = 0.1f;
  EXPECT_EQ(needed_zoom(path, space), 1);
}

TEST(CameraPaths, TheMovementIsReducedBeforeTheZoomExceedsItsLimit) {
  PathSpace space = test_space();
  space.most_zoom = 1.01f;
  CameraPath path = preset_path({}, space);
  const float before = distance(path[0].position);
  limit_path(path, space);
  EXPECT_LE(path[0].zoom, 1.011f);
  EXPECT_LT(distance(path[0].position), before);
  EXPECT_GT(distance(path[0].position), 0);
}

TEST(CameraPaths, ALimitedPathNeverShowsTheSpaceBeyondThePhoto) {
  PathSpace space = test_space();
  for (int i = 0; i <= 10; ++i)  // shoulders that reach the lower border
    space.border_points[3].push_back(space.intrinsics.unproject(60.0f * static_cast<float>(i), 800, 0.95f));
  for (const CameraPreset& preset : camera_presets())
    for (const float strength : {1.0f, 8.0f}) {
      CameraPathOptions options;
      options.preset = preset.name;
      options.strength = strength;
      CameraPath path = preset_path(options, space);
      const bool looked_past = needed_zoom(path, space) > 1.001f;
      limit_path(path, space);
      EXPECT_LE(needed_zoom(path, space), 1.001f) << preset.name << ' ' << strength;
      if (preset.name == "orbit") {
        EXPECT_TRUE(looked_past);
        EXPECT_LT(path[0].zoom, 1.3f);  // most of the picture stays visible
      }
    }
}

TEST(CameraPaths, UnknownPresetsAreRejectedWithTheKnownOnes) {
  CameraPathOptions options;
  options.preset = "spiral";
  EXPECT_THAT(error_of([&] { preset_path(options, test_space()); }),
              IsError(ErrorCode::invalid_argument,
                      ::testing::AllOf(HasSubstr("spiral"), HasSubstr("orbit"), HasSubstr("ken-burns"))));
  options.preset = "orbit";
  options.frames_per_second = 0;
  EXPECT_THAT(error_of([&] { preset_path(options, test_space()); }),
              IsError(ErrorCode::invalid_argument, "frame rate"));
}

TEST(CameraPaths, EveryStrengthGivesPosesThatCanBeRendered) {
  for (const CameraPreset& preset : camera_presets())
    for (const float strength : {-1000.0f, -20.0f, -3.0f, 26.25f, 1000.0f}) {
      CameraPath path = preset_path({.preset = preset.name, .strength = strength}, test_space());
      for (const bool limited : {false, true}) {
        if (limited) limit_path(path, test_space());
        for (const CameraPose& pose : path)
          ASSERT_NO_THROW(check_pose(pose)) << preset.name << ' ' << strength << ' ' << limited;
      }
    }
}

TEST(CameraPaths, DurationAndRateAreBothAbove0) {
  EXPECT_THAT(error_of([] { preset_path({.duration_seconds = -2, .frames_per_second = -30}, test_space()); }),
              IsError(ErrorCode::invalid_argument, "duration"));
  EXPECT_THAT(error_of([] { preset_path({.duration_seconds = INFINITY}, test_space()); }),
              IsError(ErrorCode::invalid_argument, "duration"));
}

TEST(CameraPaths, PosesBetweenDistantKeyframesAreFinite) {
  std::vector<CameraKeyframe> keys(2);
  keys[0].pose = {{-3e38f, 0, 0}, {0, 0, 1}, {0, -1, 0}, 1e-30f};
  keys[1] = {1, {{3e38f, 0, 0}, {0, 0, 1}, {0, -1, 0}, 1e30f}, Easing::linear};
  keys[0].easing = Easing::linear;
  const CameraPath path = keyframe_path(keys, 10);
  for (const CameraPose& pose : path) EXPECT_NO_THROW(check_pose(pose));
  EXPECT_NEAR(path[5].zoom, 1, 1e-3f);
}

TEST(CameraPaths, KeyframesAreReachedAndEased) {
  std::vector<CameraKeyframe> keys(3);
  keys[1] = {1, {{0.2f, 0, 0}, {0, 0, 1}, {0, -1, 0}, 2}, Easing::hold};
  keys[2] = {2, {}, Easing::linear};
  const CameraPath path = keyframe_path(keys, 10);
  ASSERT_EQ(path.size(), 20u);
  EXPECT_EQ(path[0].position.x, 0);
  EXPECT_LT(path[1].position.x, 0.01f);  // starts slowly
  EXPECT_NEAR(path[5].position.x, 0.1f, 1e-4);
  EXPECT_NEAR(path[10].position.x, 0.2f, 1e-4);
  EXPECT_NEAR(path[10].zoom, 2, 1e-4);
  EXPECT_NEAR(path[19].position.x, 0.2f, 1e-4);  // held
  std::swap(keys[1], keys[2]);
  EXPECT_THAT(error_of([&] { keyframe_path(keys, 10); }), IsError(ErrorCode::invalid_argument, "times"));
  EXPECT_THAT(error_of([] { keyframe_path({}, 10); }), IsError(ErrorCode::invalid_argument, "at least one"));
}

}  // namespace
}  // namespace portrait_depth
