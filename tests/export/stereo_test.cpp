#include "export/stereo.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "../error_of.hpp"
#include "../temporary_folder.hpp"
#include "node_scripts.hpp"
#include "portrait_depth/io.hpp"
#include "portrait_depth/photo3d.hpp"

namespace portrait_depth {
namespace {

using testing::AnyOf;
using testing::HasSubstr;

Image filled(std::uint8_t red, std::uint8_t green, std::uint8_t blue) {
  Image image(4, 3, 3);
  for (int y = 0; y < 3; ++y)
    for (int x = 0; x < 4; ++x) {
      std::uint8_t* pixel = image.pixel(x, y);
      pixel[0] = red, pixel[1] = green, pixel[2] = blue;
    }
  return image;
}

constexpr int kWidth = 120, kHeight = 160;

// A person of one red at 0.8 m, a flat square, before a wall of stripes that do not repeat.
Photo3D make_photo() {
  Image image(kWidth, kHeight, 3);
  Plane<float> metres(kWidth, kHeight, 0.8f), mask(kWidth, kHeight, 0.0f);
  for (int y = 0; y < kHeight; ++y)
    for (int x = 0; x < kWidth; ++x) {
      const bool person = x >= 40 && x < 80 && y >= 50;
      mask(x, y) = person ? 1 : 0;
      std::uint8_t* pixel = image.pixel(x, y);
      pixel[0] = person ? 200 : 30;
      pixel[1] =
          person ? 40 : static_cast<std::uint8_t>(128 + 100 * std::sin(static_cast<float>(x * x) * 0.004f));
      pixel[2] = person ? 40 : 120;
    }
  return Photo3D::build(image, metres, mask, Intrinsics::assumed(kWidth, kHeight), 0.8f);
}

// The middle of the person, whose pixels are red, along a row.
double middle_of_person(const Image& frame, int first, int columns, int y) {
  double sum = 0, weight = 0;
  for (int x = 0; x < columns; ++x) {
    const std::uint8_t* pixel = frame.pixel(first + x, y);
    if (pixel[0] < 120) continue;
    sum += x, weight += 1;
  }
  return weight > 0 ? sum / weight : -1;
}

// The shift of the right picture's wall to the right of the left one's, by the best match along a row.
int shift_of_wall(const Image& frame, int y) {
  int best = 0;
  double least = 1e9;
  for (int shift = -20; shift <= 20; ++shift) {
    double sum = 0;
    for (int x = 24; x < kWidth - 24; ++x)
      sum += std::abs(int{frame.pixel(x, y)[1]} - int{frame.pixel(kWidth + x + shift, y)[1]});
    if (sum < least) least = sum, best = shift;
  }
  return best;
}

TEST(Stereo, TheEyesMeetAtTheFocusAndTheWallLiesBehind) {
  const Photo3D photo = make_photo();
  ThreadPool threads(1);
  Image frame;
  render_stereo(photo, {}, kWidth, kHeight, {}, frame, threads);
  ASSERT_EQ(frame.width(), 2 * kWidth);
  ASSERT_EQ(frame.height(), kHeight);
  EXPECT_NEAR(middle_of_person(frame, 0, kWidth, 120), middle_of_person(frame, kWidth, kWidth, 120), 1.01)
      << "points at the focus fall on the same pixels";
  EXPECT_GT(shift_of_wall(frame, 20), 0) << "points behind it are further right for the right eye";
}

TEST(Stereo, StrengthZeroIsFlat) {
  const Photo3D photo = make_photo();
  ThreadPool threads(1);
  Image frame;
  StereoOptions options;
  options.strength = 0;
  render_stereo(photo, {}, kWidth, kHeight, options, frame, threads);
  for (int y = 0; y < kHeight; y += 13)
    for (int x = 0; x < kWidth; ++x) ASSERT_EQ(frame.pixel(x, y)[1], frame.pixel(kWidth + x, y)[1]);
}

TEST(Stereo, AnAnaglyphHasAViewsSize) {
  const Photo3D photo = make_photo();
  ThreadPool threads(1);
  Image frame;
  StereoOptions options;
  options.layout = StereoLayout::anaglyph;
  render_stereo(photo, {}, kWidth, kHeight, options, frame, threads);
  EXPECT_EQ(frame.width(), kWidth);
  EXPECT_EQ(frame.height(), kHeight);
}

TEST(Quilt, ViewsRunFromTheLowerLeftToTheUpperRight) {
  const Photo3D photo = make_photo();
  ThreadPool threads(1);
  Image frame, views;
  StereoOptions options;
  options.layout = StereoLayout::quilt;
  options.columns = 3;
  options.rows = 2;
  render_stereo(photo, {}, kWidth, kHeight, options, frame, threads);
  ASSERT_EQ(frame.width(), 3 * kWidth);
  ASSERT_EQ(frame.height(), 2 * kHeight);
  // The first and the last view beside each other: the wall lies behind again, as far apart as eyes can be.
  views.resize(2 * kWidth, kHeight, 3);
  place_view(frame, 0, kHeight, kWidth, kHeight, 0, 0, views);
  place_view(frame, 2 * kWidth, 0, kWidth, kHeight, kWidth, 0, views);
  EXPECT_GT(shift_of_wall(views, 20), 0);
  EXPECT_NEAR(middle_of_person(views, 0, kWidth, 120), middle_of_person(views, kWidth, kWidth, 120), 1.01);
}

TEST(Stereo, RejectsATransparentBackgroundAndEmptySizes) {
  Image image(kWidth, kHeight, 3);
  for (std::uint8_t& byte : image.bytes()) byte = 90;
  Plane<float> metres(kWidth, kHeight, 0.8f), mask(kWidth, kHeight, 1.0f);
  Photo3DOptions build;
  build.background.kind = Background::Kind::transparent;
  const Photo3D photo =
      Photo3D::build(image, metres, mask, Intrinsics::assumed(kWidth, kHeight), 0.8f, build);
  ThreadPool threads(1);
  Image frame;
  EXPECT_THAT(error_of([&] { render_stereo(photo, {}, kWidth, kHeight, {}, frame, threads); }),
              IsError(ErrorCode::invalid_argument, "background"));
  EXPECT_THAT(error_of([&] { render_stereo(make_photo(), {}, 0, kHeight, {}, frame, threads); }),
              IsError(ErrorCode::invalid_argument, "size"));
}

TEST(Stereo, TakesEveryCameraThatAFrameCanBeDrawnFrom) {
  const Photo3D photo = make_photo();
  ThreadPool threads(1);
  Image frame;
  for (const CameraPose& pose : {CameraPose{.look_at = {0, 0, 0}}, CameraPose{.up = {0, 0, 1}}}) {
    render_stereo(photo, pose, kWidth, kHeight, {}, frame, threads);
    EXPECT_NEAR(middle_of_person(frame, 0, kWidth, 120), middle_of_person(frame, kWidth, kWidth, 120), 1.01);
  }
}

TEST(Stereo, RejectsStrengthsPosesAndSizesWithoutAPicture) {
  const Photo3D photo = make_photo();
  ThreadPool threads(1);
  Image frame;
  const auto error = [&](const StereoOptions& options, const CameraPose& pose = {}) {
    return error_of([&] { render_stereo(photo, pose, kWidth, kHeight, options, frame, threads); });
  };
  for (const float strength : {NAN, INFINITY, 1e6f, -1e6f})
    for (const StereoLayout layout : {StereoLayout::side_by_side, StereoLayout::quilt})
      EXPECT_THAT(
          error({.layout = layout, .strength = strength}),
          IsError(ErrorCode::invalid_argument, AnyOf(HasSubstr("the strength must be a finite number"),
                                                     HasSubstr("take a smaller strength or zoom"))))
          << strength;
  EXPECT_THAT(error({}, {.position = {NAN, 0, 0}}),
              IsError(ErrorCode::invalid_argument, "must be finite numbers"));
  EXPECT_THAT(error({.layout = StereoLayout::quilt, .columns = 65536, .rows = 65536}),
              IsError(ErrorCode::too_large, "over 2^31 pixels"));
}

TEST(Export, A3DPhotoBecomesAValidGlbThatMoves) {
  if (!test::have_viewer_modules()) GTEST_SKIP() << "gltf-validator is missing: run scripts/fetch_three.sh";
  const test::TemporaryFolder folder;
  export_photo3d(make_photo(), folder / "photo.glb");
  const auto report = test::run_node("validate_glb.mjs", test::shell_quoted(folder / "photo.glb")).at(0);
  EXPECT_EQ(report["issues"]["numErrors"], 0) << report["issues"].dump(1);
  EXPECT_EQ(report["issues"]["numWarnings"], 0) << report["issues"].dump(1);
  EXPECT_EQ(report["info"]["animationCount"], 1);
}

TEST(Anaglyph, GrayStaysGrayWhereTheEyesAgree) {
  Image result;
  compose_anaglyph(filled(128, 128, 128), filled(128, 128, 128), result);
  for (int c = 0; c < 3; ++c) EXPECT_NEAR(result.pixel(1, 1)[c], 128, 2);
}

TEST(Anaglyph, RedIsTheLeftEyesAndCyanTheRights) {
  Image result;
  compose_anaglyph(filled(255, 255, 255), filled(0, 0, 0), result);
  EXPECT_GT(result.pixel(0, 0)[0], 250);
  EXPECT_LT(result.pixel(0, 0)[1], 5);
  EXPECT_LT(result.pixel(0, 0)[2], 5);
  compose_anaglyph(filled(0, 0, 0), filled(255, 255, 255), result);
  EXPECT_LT(result.pixel(0, 0)[0], 5);
  EXPECT_GT(result.pixel(0, 0)[1], 250);
  EXPECT_GT(result.pixel(0, 0)[2], 250);
}

TEST(Quilt, NameContainsItsLayoutOnce) {
  EXPECT_EQ(quilt_path("out/portrait.png", 8, 6, 0.75f), "out/portrait_qs8x6a0.75.png");
  EXPECT_EQ(quilt_path("portrait_qs8x6a0.75.png", 8, 6, 0.75f), "portrait_qs8x6a0.75.png");
  EXPECT_EQ(quilt_path("a.jpg", 5, 9, 16.0f / 9), "a_qs5x9a1.778.jpg");
}

}  // namespace
}  // namespace portrait_depth
