#include "render/view.hpp"

#include <gtest/gtest.h>

namespace portrait_depth {
namespace {

View view_of(const CameraPose& pose) {
  return make_view(pose, Intrinsics::assumed(600, 800), 600, 800);
}

void expect_a_rotation(const View& view) {
  const auto& [right, down, forward] = view.view_from_photo;
  for (const Vec3& axis : {right, down, forward}) EXPECT_NEAR(dot(axis, axis), 1, 1e-5f);
  EXPECT_NEAR(dot(right, forward), 0, 1e-5f);
  const Vec3 should_be_down = cross(forward, right);
  EXPECT_NEAR(dot(down, should_be_down), 1, 1e-5f);
}

TEST(View, IsThePhotosOwnByDefault) {
  const View view = view_of({});
  EXPECT_EQ(view.view_from_photo[0].x, 1);
  EXPECT_EQ(view.view_from_photo[1].y, 1);
  EXPECT_EQ(view.view_from_photo[2].z, 1);
}

TEST(View, IsARotationForEveryDistanceOfItsTarget) {
  for (const float distance : {1e-30f, 1e-3f, 1e3f, 1e20f, 3e38f})
    for (const float up : {1e-30f, 1.0f, 1e30f}) {
      SCOPED_TRACE(testing::Message() << distance << ' ' << up);
      const View view = view_of({{0, 0, 0}, {0.6f * distance, 0, 0.8f * distance}, {0, -up, 0}, 1});
      expect_a_rotation(view);
      EXPECT_NEAR(view.view_from_photo[2].x, 0.6f, 1e-5f);
      EXPECT_NEAR(view.view_from_photo[1].y, 1, 1e-5f);
    }
  expect_a_rotation(view_of({{-3e38f, 0, 0}, {3e38f, 0, 1}, {0, -1, 0}, 1}));
}

TEST(View, IsARotationIfUpIsAlongIt) {
  for (const Vec3& along : {Vec3{1, 0, 0}, {0, 1, 0}, {0, 0, 1}, {0.3f, -0.5f, 0.8f}})
    for (const float up : {-2.0f, 0.0f, 1.0f}) {
      SCOPED_TRACE(testing::Message() << along.x << ' ' << along.y << ' ' << along.z << ' ' << up);
      expect_a_rotation(view_of({{0, 0, 0}, along, up * along, 1}));
      expect_a_rotation(view_of({{0, 0, 0}, -1 * along, up * along, 1}));
    }
  expect_a_rotation(view_of({{1, 2, 3}, {1, 2, 3}, {0, -1, 0}, 1}));
}

}  // namespace
}  // namespace portrait_depth
