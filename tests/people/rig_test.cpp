#include "rig.hpp"

#include <gtest/gtest.h>

#include "parts.hpp"

namespace portrait_depth::people {
namespace {

void expect_near(Vec3 a, Vec3 b, float tolerance) {
  EXPECT_LT(length(a - b), tolerance) << a.x << ' ' << a.y << ' ' << a.z;
}

TEST(Rotations, TurnTheRightWay) {
  expect_near(rotation({0, 1, 0}, radians(90)) * Vec3{0, 0, 1}, {1, 0, 0}, 1e-5f);
  expect_near(rotation_between({0, 0, 1}, {0, 1, 0}) * Vec3{0, 0, 1}, {0, 1, 0}, 1e-5f);
  expect_near(rotation_between({1, 0, 0}, {-1, 0, 0}) * Vec3{1, 0, 0}, {-1, 0, 0}, 1e-5f);
  const Mat3 turn = rotation(normalized(Vec3{1, 2, 3}), 1.2f);
  expect_near(part_of(turn, 0.5f) * (part_of(turn, 0.5f) * Vec3{1, 0, 0}), turn * Vec3{1, 0, 0}, 1e-5f);
}

TEST(Skin, MovesWithItsBones) {
  const std::vector<Rigid> moves{{}, turn_about(rotation({0, 0, 1}, radians(90)), {1, 0, 0}, {1, 0, 0})};
  const std::vector<SkinWeights> weights{
      {.bone = {0}, .weight = {1}}, {.bone = {1}, .weight = {1}}, {.bone = {0, 1}, .weight = {0.5f, 0.5f}}};
  std::vector<Vec3> posed;
  skin({{2, 0, 0}, {2, 0, 0}, {2, 0, 0}}, weights, moves, posed);
  expect_near(posed[0], {2, 0, 0}, 1e-5f);
  expect_near(posed[1], {1, 1, 0}, 1e-5f);
  expect_near(posed[2], {1.5f, 0.5f, 0}, 1e-5f);
}

TEST(Pose, ReachesAsFarAsTheArm) {
  REQUIRE_PARTS(catalog);
  std::vector<Vec3> joints = catalog->rig->joints(catalog->base.positions);
  for (Vec3& joint : joints) joint = joint * 0.1f;
  Pose pose(*catalog->rig, joints);
  const Vec3 target = pose.joint("upperarm_l") + Vec3{0.1f, 0, 0.35f};
  pose.reach("upperarm_l", "lowerarm_l", "hand_l", target, {0, -1, 0});
  expect_near(pose.joint("hand_l"), target, 0.003f);
  EXPECT_LT(pose.joint("lowerarm_l").y, 0.5f * (pose.joint("upperarm_l").y + target.y))
      << "the elbow points down";
  const float upper = length(pose.joint("lowerarm_l") - pose.joint("upperarm_l"));
  EXPECT_NEAR(upper, length(pose.rest_joint("lowerarm_l") - pose.rest_joint("upperarm_l")), 1e-4f);
}

}  // namespace
}  // namespace portrait_depth::people
