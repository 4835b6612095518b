#include "render.hpp"

#include <gtest/gtest.h>

#include "mesh.hpp"
#include "refine.hpp"
#include "solids.hpp"

namespace portrait_depth::people {
namespace {

constexpr Intrinsics kCamera{80, 80, 40, 30, 80, 60};
constexpr Box kEverything{0, 0, 80, 60};

SceneObject object_of(Solid solid, Label label, Vec3 color) {
  SceneObject object{.label = label, .uvs = {{0, 0}}, .paint = PlainPaint{color, 0}};
  object.positions = object.rest = std::move(solid.positions);
  object.indices = std::move(solid.indices);
  object.uv_indices.assign(object.indices.size(), 0);
  smooth_normals(object.positions, object.indices, object.normals);
  return object;
}

// A ball of 20 cm at the origin, seen from 1 m in front (the scene's z points to the camera).
Scene ball_scene() {
  Solid ball;
  add_ellipsoid({0, 0, 0}, {0.2f, 0.2f, 0.2f}, ball);
  Scene scene;
  scene.objects.push_back(object_of(std::move(ball), Label::skin, {0.5f, 0.25f, 0.1f}));
  return scene;
}

CameraPlacement in_front() {
  return look_along({0, 0, 1}, {0, 0, -1}, 0);
}

TEST(Render, GivesDepthNormalAndColorOfABall) {
  PixelBuffer pixels;
  Renderer().render(ball_scene(), in_front(), kCamera, 2, kEverything, pixels);
  const Pixel& middle = pixels(40, 30);
  EXPECT_NEAR(middle.depth, 0.8f, 0.01f);
  EXPECT_NEAR(middle.normal.z, -1, 0.05f) << "toward the camera";
  EXPECT_EQ(middle.alpha, 1);
  EXPECT_NEAR(middle.albedo.y, 0.25f, 1e-4f);
  EXPECT_EQ(middle.label, Label::skin);
  EXPECT_GT(pixels(50, 30).normal.x, 0.3f) << "the right side faces right";
  EXPECT_GT(pixels(40, 40).normal.y, 0.3f) << "the lower side faces down";
  EXPECT_EQ(pixels(2, 2).alpha, 0);
  EXPECT_EQ(pixels(2, 2).depth, 0);
}

TEST(Render, IsEmptyOutsideThePhoto) {
  PixelBuffer pixels;
  Renderer().render(ball_scene(), in_front(), kCamera, 2, {0, 0, 40, 60}, pixels);
  EXPECT_EQ(pixels(39, 30).alpha, 1);
  EXPECT_EQ(pixels(40, 30).alpha, 0);
}

TEST(Render, DrawsTheShareOfSamplesOfItsOpacity) {
  Scene scene = ball_scene();
  scene.objects[0].opacity = 0.3f;
  PixelBuffer pixels;
  Renderer().render(scene, in_front(), kCamera, 4, kEverything, pixels);
  float sum = 0;
  for (int y = 26; y < 34; ++y)
    for (int x = 36; x < 44; ++x) sum += pixels(x, y).alpha / 64;
  // The ball's two sides together: 1 - (1 - opacity)^2.
  EXPECT_NEAR(sum, 0.51f, 0.05f);
}

TEST(Render, TakesTheSurfaceThatCoversMostOfAPixel) {
  Scene scene = ball_scene();
  Solid wall;
  add_box({0, 0, -1}, {2, 0, 0}, {0, 2, 0}, {0, 0, 0.01f}, wall);
  scene.objects.push_back(object_of(std::move(wall), Label::cloth, {0.1f, 0.1f, 0.1f}));
  PixelBuffer pixels;
  Renderer().render(scene, in_front(), kCamera, 3, kEverything, pixels);
  for (const Pixel& pixel : pixels.values()) {
    const bool on_ball = pixel.depth < 1.1f;
    EXPECT_EQ(pixel.label, on_ball ? Label::skin : Label::cloth);
    EXPECT_TRUE(on_ball || pixel.depth > 1.9f) << "no depth between ball and wall: " << pixel.depth;
  }
}

TEST(Refine, KeepsVerticesAndComesNearerToTheBall) {
  SceneObject object = ball_scene().objects[0];
  const SceneObject before = object;
  refine(object);
  ASSERT_EQ(object.indices.size(), 4 * before.indices.size());
  float flat = 0, round = 0;
  for (std::size_t v = 0; v < before.positions.size(); ++v)
    EXPECT_EQ(length(object.positions[v] - before.positions[v]), 0);
  for (std::size_t t = 0; t < before.indices.size(); t += 3) {
    const Vec3 middle =
        (before.positions[before.indices[t]] + before.positions[before.indices[t + 1]]) * 0.5f;
    flat += std::abs(length(middle) - 0.2f);
    round += std::abs(length(object.positions[object.indices[4 * t + 1]]) - 0.2f);
  }
  EXPECT_LT(round, 0.5f * flat);
}

}  // namespace
}  // namespace portrait_depth::people
