#include "camera/gravity.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "../error_of.hpp"

namespace portrait_depth {
namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kHalfPi = 1.57079633f;

void expect_direction(const Vec3& found, float x, float y, float z) {
  EXPECT_NEAR(found.x, x, 1e-6f);
  EXPECT_NEAR(found.y, y, 1e-6f);
  EXPECT_NEAR(found.z, z, 1e-6f);
}

TEST(Gravity, PointsDownInALevelCameraAndBehindOneThatLooksUp) {
  expect_direction(gravity_direction(0.0f, 0), 0, 1, 0);
  expect_direction(gravity_direction(0.3f, 0), 0, std::cos(0.3f), -std::sin(0.3f));
  expect_direction(gravity_direction(-0.3f, 0), 0, std::cos(0.3f), std::sin(0.3f));
  // A camera that is turned clockwise sees the ground turned counter-clockwise: toward the right side.
  expect_direction(gravity_direction(0.0f, 0.2f), std::sin(0.2f), std::cos(0.2f), 0);
  expect_direction(gravity_direction(kHalfPi, 0), 0, 0, -1);
}

TEST(Gravity, IsUnknownWithoutAPitch) {
  expect_direction(gravity_direction(std::nullopt, 0.2f), 0, 0, 0);
}

TEST(Gravity, RejectsAnglesOutOfRange) {
  for (const float pitch : {kNan, INFINITY, 1.6f, -1.6f, 30.0f})
    EXPECT_THAT(error_of([&] { gravity_direction(pitch, 0); }), IsError(ErrorCode::invalid_argument, "pitch"))
        << pitch;
  for (const float roll : {kNan, INFINITY, 3.2f, -3.2f})
    EXPECT_THAT(error_of([&] { gravity_direction(0.1f, roll); }),
                IsError(ErrorCode::invalid_argument, "roll"))
        << roll;
}

TEST(Gravity, ConvertsDegrees) {
  EXPECT_FLOAT_EQ(radians_from_degrees(90), kHalfPi);
  EXPECT_FLOAT_EQ(degrees_from_radians(radians_from_degrees(-12.5f)), -12.5f);
  EXPECT_NO_THROW(gravity_direction(radians_from_degrees(-90), 0));
}

TEST(LensModel, NamesFrontAndBackCameras) {
  EXPECT_EQ(is_front_camera("iPhone 14 front TrueDepth camera 2.69mm f/1.9"), true);
  EXPECT_EQ(is_front_camera("iPhone 13 back dual wide camera 5.1mm f/1.6"), false);
  for (const char* lens : {"", "EF50mm f/1.8 STM", "front", "iPhone back front camera", "frontal camera"})
    EXPECT_EQ(is_front_camera(lens), std::nullopt) << lens;
}

TEST(TiltOfPhone, HasThePitchOfTheCameraInUse) {
  const Vec3 upright = {0, -1, 0};
  for (const bool is_front : {false, true}) {
    EXPECT_NEAR(tilt_of_phone(upright, is_front)->pitch, 0, 1e-6f);
    EXPECT_NEAR(tilt_of_phone(upright, is_front)->roll, 0, 1e-6f);
  }
  // The top of the phone leans back, away from a person in front of the screen: the front camera looks up.
  const Vec3 leans_back = {0, -std::cos(0.2f), -std::sin(0.2f)};
  EXPECT_NEAR(tilt_of_phone(leans_back, true)->pitch, 0.2f, 1e-6f);
  EXPECT_NEAR(tilt_of_phone(leans_back, false)->pitch, -0.2f, 1e-6f);
}

TEST(TiltOfPhone, IsTheSameForPhonesHeldOnAnySide) {
  const float down = std::cos(0.2f), ahead = std::sin(0.2f);
  for (const Vec3& gravity :
       {Vec3{0, -down, ahead}, Vec3{-down, 0, ahead}, Vec3{0, down, ahead}, Vec3{down, 0, ahead}}) {
    EXPECT_NEAR(tilt_of_phone(gravity, false)->pitch, 0.2f, 1e-6f);
    EXPECT_NEAR(tilt_of_phone(gravity, false)->roll, 0, 1e-6f);
  }
}

TEST(TiltOfPhone, HasTheRollAsThePhotographerSeesIt) {
  // Seen from behind a back camera, the phone is turned clockwise: gravity points to the screen's right side.
  const Vec3 turned = {std::sin(0.1f), -std::cos(0.1f), 0};
  EXPECT_NEAR(tilt_of_phone(turned, false)->roll, 0.1f, 1e-6f);
  EXPECT_NEAR(tilt_of_phone(turned, true)->roll, -0.1f, 1e-6f);
  // The direction in the picture is that of the measured gravity.
  const CameraTilt tilt = *tilt_of_phone({0.2f, -0.9f, 0.3872983f}, false);
  const Vec3 direction = gravity_direction(tilt.pitch, tilt.roll);
  expect_direction(direction, 0.2f, 0.9f, -0.3872983f);
}

TEST(TiltOfPhone, HasNoRollOfACameraThatLooksDown) {
  const CameraTilt tilt = *tilt_of_phone({0.03f, 0.02f, -1}, false);
  EXPECT_NEAR(tilt.pitch, -kHalfPi, 0.05f);
  EXPECT_EQ(tilt.roll, 0);
}

TEST(TiltOfPhone, IsUnknownForAPhoneThatIsMoved) {
  for (const Vec3& force : {Vec3{0, 0, 0}, Vec3{0, -0.85f, 0}, Vec3{0, -1, 0.5f}, Vec3{0, kNan, 0},
                            Vec3{0, -INFINITY, 0}, Vec3{3e38f, 3e38f, 3e38f}})
    EXPECT_FALSE(tilt_of_phone(force, true).has_value()) << force.x << " " << force.y << " " << force.z;
}

}  // namespace
}  // namespace portrait_depth
