#include "shot.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace portrait_depth::people {
namespace {

TEST(ChooseShot, StaysWithinItsRanges) {
  float lowest = 0, highest = 0, widest = 0;
  int selfies = 0;
  for (std::uint64_t seed = 0; seed < 3000; ++seed) {
    const Shot shot = choose_shot(Random(seed));
    EXPECT_GE(shot.distance, 0.25f);
    EXPECT_LE(shot.distance, 3.0f);
    EXPECT_GE(shot.vertical_view, 20);
    EXPECT_LE(shot.vertical_view, 80);
    lowest = std::min(lowest, shot.elevation);
    highest = std::max(highest, shot.elevation);
    widest = std::max(widest, std::abs(shot.head_yaw));
    selfies += shot.selfie ? 1 : 0;
    EXPECT_GE(shot.throat_drawn, 0);
    EXPECT_LE(shot.throat_drawn, shot.elevation + shot.head_pitch > 15 ? 0.035f : 0.0f);
  }
  EXPECT_LT(lowest, -40);
  EXPECT_GE(lowest, -45);
  EXPECT_GT(highest, 35);
  EXPECT_LE(highest, 40);
  EXPECT_GT(widest, 70);
  EXPECT_LE(widest, 75);
  EXPECT_GT(selfies, 300);
  EXPECT_LT(selfies, 1000);
}

TEST(ChooseShot, FromBelowTheCameraIsLowOrTheHeadTippedBack) {
  int low = 0, level_and_tipped = 0;
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    const Shot shot = choose_shot(Random(seed), ShotKind::below);
    EXPECT_GE(shot.head_pitch, 12);
    EXPECT_LE(shot.elevation, 6);
    EXPECT_LE(shot.distance, 0.62f);
    low += shot.elevation < -22 ? 1 : 0;
    EXPECT_GE(shot.lean, -40);
    EXPECT_LE(shot.lean, 15);
    level_and_tipped += shot.elevation > -15 && shot.head_pitch > 40 ? 1 : 0;
  }
  EXPECT_GT(low, 150);
  EXPECT_GT(level_and_tipped, 200);
}

std::vector<Shot> many_shots(ShotKind kind = ShotKind::any) {
  std::vector<Shot> shots;
  for (std::uint64_t seed = 0; seed < 20000; ++seed) shots.push_back(choose_shot(Random(seed), kind));
  return shots;
}

template <class Predicate>
double share(const std::vector<Shot>& shots, Predicate predicate) {
  return static_cast<double>(std::ranges::count_if(shots, predicate)) / static_cast<double>(shots.size());
}

// The distribution of README.md, "Postures".
TEST(ChooseShot, MostBodiesAreUprightWithinAFewDegrees) {
  const std::vector<Shot> shots = many_shots();
  EXPECT_NEAR(share(shots, [](const Shot& s) { return std::abs(s.lean) <= 6; }), 0.70, 0.03);
  EXPECT_NEAR(share(shots, [](const Shot& s) { return std::abs(s.lean) <= 10; }), 0.79, 0.03);
  EXPECT_NEAR(share(shots, [](const Shot& s) { return s.torso == Torso::on_elbows; }), 0.08, 0.01);
  EXPECT_NEAR(share(shots, [](const Shot& s) { return s.torso == Torso::reclining; }), 0.135, 0.01);
  EXPECT_NEAR(share(shots, [](const Shot& s) { return s.selfie; }), 0.17, 0.01);
  for (const Shot& shot : shots) {
    if (shot.torso == Torso::reclining) {
      EXPECT_LT(shot.lean, -10);
    } else if (shot.torso == Torso::on_elbows) {
      EXPECT_GE(shot.lean, 12);
    } else {
      EXPECT_LE(std::abs(shot.lean), 15);
    }
  }
}

TEST(ChooseShot, PeopleOnTheirElbowsHaveTheirHandsBeforeThem) {
  int before = 0, count = 0;
  for (const Shot& shot : many_shots()) {
    if (shot.torso != Torso::on_elbows || shot.held.kind != HeldKind::none) continue;
    ++count;
    for (const Arms arm : shot.arms) before += arm == Arms::chin || arm == Arms::chest ? 1 : 0;
  }
  EXPECT_NEAR(before / (2.0 * count), 0.8, 0.05);
}

TEST(ChooseShot, CamerasAreAboutLevelAndSelfiesFromALittleAbove) {
  std::vector<Shot> selfies, others;
  for (const Shot& shot : many_shots()) (shot.selfie ? selfies : others).push_back(shot);
  EXPECT_GT(share(others, [](const Shot& s) { return std::abs(s.elevation) <= 15; }), 0.8);
  EXPECT_LT(share(others, [](const Shot& s) { return std::abs(s.elevation) > 30; }), 0.06);
  std::vector<float> heights;
  for (const Shot& shot : selfies) heights.push_back(shot.elevation);
  const auto middle = heights.begin() + static_cast<std::ptrdiff_t>(heights.size() / 2);
  std::ranges::nth_element(heights, middle);
  EXPECT_GT(*middle, 0);
  EXPECT_LT(*middle, 10);
}

// A lean that followed the camera would hide the slope that its pitch gives a body's depth.
TEST(ChooseShot, BodiesFollowGravityAndNotTheCamera) {
  double from_below = 0, from_above = 0;
  int below = 0, above = 0;
  for (const Shot& shot : many_shots()) {
    if (shot.head_pitch > 30) continue;  // tipped back, and the body with it
    if (shot.elevation < -12) from_below += shot.lean, ++below;
    if (shot.elevation > 12) from_above += shot.lean, ++above;
  }
  ASSERT_GT(below, 500);
  ASSERT_GT(above, 500);
  EXPECT_NEAR(from_below / below, from_above / above, 3);
}

}  // namespace
}  // namespace portrait_depth::people
