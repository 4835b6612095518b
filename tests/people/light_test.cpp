#include "light.hpp"

#include <gtest/gtest.h>

#include "mesh.hpp"
#include "solids.hpp"

namespace portrait_depth::people {
namespace {

constexpr Intrinsics kCamera{100, 100, 48, 48, 96, 96};

SceneObject object_of(Solid solid) {
  SceneObject object{.label = Label::skin, .uvs = {{0, 0}}};
  object.positions = object.rest = std::move(solid.positions);
  object.indices = std::move(solid.indices);
  object.uv_indices.assign(object.indices.size(), 0);
  smooth_normals(object.positions, object.indices, object.normals);
  return object;
}

class BallBeforeWall : public testing::Test {
 protected:
  // A wall that faces the camera, and a ball of 5 cm before its middle, 25 cm away from it.
  void SetUp() override {
    Solid wall, ball;
    add_box({0, 0, -0.01f}, {0.5f, 0, 0}, {0, 0.5f, 0}, {0, 0, 0.01f}, wall);
    add_ellipsoid({0, 0, 0.25f}, {0.05f, 0.05f, 0.05f}, ball);
    scene_.objects.push_back(object_of(std::move(wall)));
    scene_.objects.push_back(object_of(std::move(ball)));
    Renderer().render(scene_, placement_, kCamera, 2, {0, 0, 96, 96}, pixels_);
  }
  void light(const std::array<Vec3, kKeyLights>& lights) {
    Lighting().light(scene_, placement_, kCamera, lights, {}, Random(1), pixels_);
  }
  // The pixel of the wall's point at x right, y down of its middle, metres.
  const Pixel& wall(float x, float y) const {
    return pixels_(static_cast<int>(48 + 100 * x), static_cast<int>(48 + 100 * y));
  }

  Scene scene_;
  CameraPlacement placement_ = look_along({0, 0, 1}, {0, 0, -1}, 0);
  PixelBuffer pixels_;
};

TEST_F(BallBeforeWall, ThrowsItsShadowAwayFromTheLight) {
  // Light from the left and the front, at 45 degrees: the shadow lies 25 cm to the right.
  light({normalized(Vec3{-1, 0, -1}), normalized(Vec3{0, -1, -1}), Vec3{0, 0, -1}});
  EXPECT_LT(wall(0.25f, 0).shadow[0], 0.1f);
  EXPECT_GT(wall(-0.25f, 0).shadow[0], 0.9f);
  EXPECT_LT(wall(0, 0.25f).shadow[1], 0.1f) << "light from above throws it down";
  EXPECT_GT(wall(0.25f, 0).shadow[1], 0.9f);
  EXPECT_GT(wall(0.25f, 0.25f).shadow[2], 0.9f);
}

TEST_F(BallBeforeWall, DoesNotShadowItself) {
  light({normalized(Vec3{-1, 0, -1}), normalized(Vec3{0, -1, -1}), Vec3{0, 0, -1}});
  for (int x = -40; x <= -10; x += 10) EXPECT_GT(wall(0.01f * static_cast<float>(x), -0.3f).shadow[0], 0.95f);
  EXPECT_GT(pixels_(48, 48).shadow[2], 0.95f) << "the ball's front, lit from the camera";
}

TEST_F(BallBeforeWall, DarkensTheWallBehindIt) {
  light({Vec3{0, 0, -1}, Vec3{0, 0, -1}, Vec3{0, 0, -1}});
  EXPECT_GT(wall(-0.4f, -0.4f).occlusion, 0.93f);
  EXPECT_GT(pixels_(48, 48).occlusion, 0.9f) << "no object stands before the ball";
  EXPECT_LT(wall(-0.11f, 0).occlusion, wall(-0.4f, -0.4f).occlusion);
}

}  // namespace
}  // namespace portrait_depth::people
