#include "portrait_depth/photo3d.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdlib>
#include <vector>

#include "../allocation_counter.hpp"
#include "../error_of.hpp"
#include "synthetic_portrait.hpp"

namespace portrait_depth {
namespace {

float distance(const Vec3& from_origin) {
  return std::hypot(from_origin.x, from_origin.y, from_origin.z);
}

Photo3D build(const SyntheticPortrait& p, Photo3DOptions options = {}) {
  options.threads = 2;
  return Photo3D::build(p.photo, p.metres, p.mask, p.intrinsics, kHeadMetres, options);
}

Image frame_of(const Photo3D& photo, const CameraPose& pose, int width, int height, int threads = 2) {
  ThreadPool pool(threads);
  Image frame;
  photo.render(pose, width, height, frame, pool);
  return frame;
}

CameraPose aside(float x, float y = 0) {
  return {{x, y, 0}, {0, 0, kHeadMetres}, {0, -1, 0}, 1};
}

bool is_green(const std::uint8_t* pixel) {
  return pixel[1] > 130 && pixel[0] < 100 && pixel[2] < 100;
}

TEST(Photo3D, ShowsThePhotoFromThePhotosCamera) {
  const SyntheticPortrait p = make_portrait();
  const Image frame = frame_of(build(p), {}, p.photo.width(), p.photo.height());
  EXPECT_EQ(frame.channels(), 3);
  EXPECT_LT(mean_difference(frame, p.photo), 1.5);
}

TEST(Photo3D, APathWithoutMovementIsNotZoomed) {
  const SyntheticPortrait p = make_portrait();
  for (const CameraPose& pose : build(p).camera_path({.strength = 0})) EXPECT_NEAR(pose.zoom, 1.0f, 1e-4f);
}

TEST(Photo3D, NearPartsMoveMoreThanFarOnes) {
  const SyntheticPortrait p = make_portrait();
  Photo3DOptions options;
  options.background.kind = Background::Kind::transparent;
  const Photo3D photo = build(p, options);
  // The first pixel of the person in a row of the frame.
  const auto left_edge = [&](const Image& frame, int y) {
    int x = 0;
    while (x < frame.width() && frame.pixel(x, y)[3] < 128) ++x;
    return x;
  };
  const Image rest = frame_of(photo, {}, 480, 600);
  CameraPose moved;  // to the right, without rotation
  moved.position.x = 0.05f;
  moved.look_at = {0.05f, 0, 1};
  const Image right = frame_of(photo, moved, 480, 600);
  const int head = left_edge(rest, 250) - left_edge(right, 250);
  const int shoulders = left_edge(rest, 560) - left_edge(right, 560);
  const float focal = photo.intrinsics().fx * 480.0f / static_cast<float>(photo.intrinsics().width);
  EXPECT_NEAR(static_cast<float>(head), 0.05f * focal / kHeadMetres, 3);
  EXPECT_NEAR(static_cast<float>(shoulders), 0.05f * focal / kShoulderMetres, 2);
}

TEST(Photo3D, NoCrackShowsTheBackgroundInsideThePerson) {
  const SyntheticPortrait p = make_portrait();
  Photo3DOptions options;
  options.background.kind = Background::Kind::color;
  options.background.color = {255, 0, 255};
  const Photo3D photo = build(p, options);
  for (const CameraPose& pose : {aside(0.05f), aside(-0.05f), aside(0, -0.05f), aside(0.03f, 0.03f)}) {
    const Image frame = frame_of(photo, pose, 320, 400);
    for (int y = 115; y < 330; ++y)
      for (int x = 140; x < 180; ++x)
        ASSERT_TRUE(is_green(frame.pixel(x, y)))
            << x << ' ' << y << " from " << pose.position.x << ' ' << pose.position.y;
  }
}

TEST(Photo3D, TheBackgroundHasNoGhostOfThePerson) {
  const SyntheticPortrait p = make_portrait();
  const Photo3D photo = build(p);
  ASSERT_EQ(photo.background_texture().width(), p.photo.width());
  EXPECT_LT(mean_difference(photo.background_texture(), p.wall), 4);
  for (int y = 0; y < p.photo.height(); ++y)
    for (int x = 0; x < p.photo.width(); ++x) {
      const std::uint8_t* pixel = photo.background_texture().pixel(x, y);
      EXPECT_LT(pixel[1], 60) << x << ' ' << y;  // the wall's green is 40, the person's 170 and more
    }
}

TEST(Photo3D, ATransparentBackgroundLeavesAlpha) {
  const SyntheticPortrait p = make_portrait();
  Photo3DOptions options;
  options.background.kind = Background::Kind::transparent;
  const Photo3D photo = build(p, options);
  EXPECT_TRUE(photo.background_texture().empty());
  EXPECT_TRUE(photo.background_mesh().indices.empty());
  const Image frame = frame_of(photo, {}, 160, 200);
  ASSERT_EQ(frame.channels(), 4);
  EXPECT_EQ(frame.pixel(2, 2)[3], 0);
  EXPECT_EQ(frame.pixel(80, 90)[3], 255);
  // Pixels that the person half covers have the person's own color.
  bool saw_edge = false;
  for (int x = 0; x < 160; ++x) {
    const std::uint8_t* pixel = frame.pixel(x, 84);
    if (pixel[3] < 90 || pixel[3] > 200) continue;
    saw_edge = true;
    EXPECT_GT(pixel[1], 120);
    EXPECT_LT(pixel[2], 100);
  }
  EXPECT_TRUE(saw_edge);
}

TEST(Photo3D, ABlurredBackgroundIsSmootherThanThePhotos) {
  SyntheticPortrait p = make_portrait();
  for (int y = 0; y < 200; ++y)
    for (int x = 0; x < 160; ++x)
      if (p.mask(x, y) == 0) p.photo.pixel(x, y)[2] = (x / 2 + y / 2) % 2 == 0 ? 100 : 200;
  const auto roughness = [](const Image& image) {
    double sum = 0;
    for (int y = 0; y < 30; ++y)
      for (int x = 1; x < 160; ++x)
        sum += std::abs(int{image.pixel(x, y)[2]} - int{image.pixel(x - 1, y)[2]});
    return sum;
  };
  Photo3DOptions options;
  const double sharp = roughness(build(p, options).background_texture());
  options.background.kind = Background::Kind::blur;
  EXPECT_LT(roughness(build(p, options).background_texture()), 0.1 * sharp);
}

TEST(Photo3D, AnotherPictureReplacesTheBackground) {
  const SyntheticPortrait p = make_portrait();
  Image yellow(37, 21);
  for (int y = 0; y < 21; ++y)
    for (int x = 0; x < 37; ++x)
      std::ranges::copy(std::array<std::uint8_t, 3>{250, 240, 10}, yellow.pixel(x, y));
  Photo3DOptions options;
  options.background.kind = Background::Kind::picture;
  EXPECT_THAT(error_of([&] { build(p, options); }), IsError(ErrorCode::invalid_argument, "picture"));
  options.background.picture = yellow;
  const Image frame = frame_of(build(p, options), {}, 160, 200);
  EXPECT_THAT(std::vector<std::uint8_t>(frame.pixel(5, 5), frame.pixel(5, 5) + 3),
              ::testing::ElementsAre(250, 240, 10));
  EXPECT_TRUE(is_green(frame.pixel(80, 90)));
}

TEST(Photo3D, FramesFillAnyShapeWithThePhotosMiddle) {
  const SyntheticPortrait p = make_portrait();
  const Photo3D photo = build(p);
  const Image wide = frame_of(photo, {}, 320, 180), tall = frame_of(photo, {}, 90, 300);
  EXPECT_EQ(wide.width(), 320);
  EXPECT_EQ(wide.height(), 180);
  // 160 x 200 at a width of 320 is twice as large. The middles are the same; other rows are cropped.
  for (const auto& [frame, times] : {std::pair{&wide, 2.0}, std::pair{&tall, 1.5}}) {
    const double scale = times;
    const auto at = [&](double size, double photo_size, int photo_at) {
      return static_cast<int>(size / 2 + (photo_at + 0.5 - photo_size / 2) * scale);
    };
    const std::uint8_t* in_frame = frame->pixel(at(frame->width(), 160, 90), at(frame->height(), 200, 90));
    EXPECT_NEAR(in_frame[1], p.photo.pixel(90, 90)[1], 12);
  }
}

TEST(Photo3D, ThreadsDoNotChangeAFrame) {
  const SyntheticPortrait p = make_portrait();
  const Photo3D photo = build(p);
  const Image one = frame_of(photo, aside(0.03f), 331, 217, 1),
              three = frame_of(photo, aside(0.03f), 331, 217, 3);
  EXPECT_TRUE(std::ranges::equal(one.bytes(), three.bytes()));
}

TEST(Photo3D, AWarmRendererAllocatesNothing) {
  const SyntheticPortrait p = make_portrait();
  const Photo3D photo = build(p);
  const CameraPath path = photo.camera_path();
  ThreadPool threads(2);
  Image frame;
  for (int i = 0; i < 20; ++i) photo.render(path[static_cast<std::size_t>(i)], 320, 240, frame, threads);
  const long before = allocation_count();
  for (const CameraPose& pose : path) photo.render(pose, 320, 240, frame, threads);
  EXPECT_EQ(allocation_count() - before, 0);
}

TEST(Photo3D, LargePhotosAreResizedToTheTextureLimit) {
  const SyntheticPortrait p = make_portrait(320, 400);
  Photo3DOptions options;
  options.max_texture_size = 200;
  const Photo3D photo = build(p, options);
  EXPECT_EQ(photo.person_texture().height(), 200);
  EXPECT_EQ(photo.person_texture().width(), 160);
  EXPECT_NEAR(photo.intrinsics().fx, p.intrinsics.fx / 2, 1e-3);
  EXPECT_LT(mean_difference(frame_of(photo, {}, 160, 200), make_portrait().photo), 4);
}

TEST(Photo3D, ReliefFlattensOrDeepens) {
  const SyntheticPortrait p = make_portrait();
  const auto depth_range = [&](float relief) {
    Photo3DOptions options;
    options.relief = relief;
    const Photo3D photo = build(p, options);
    const auto [low, high] = std::ranges::minmax(photo.person_mesh().positions, {}, &Vec3::z);
    return high.z - low.z;
  };
  EXPECT_NEAR(depth_range(0), 0, 1e-5);
  EXPECT_NEAR(depth_range(2), 2 * depth_range(1), 4e-3);  // blocks of cells are approximate
}

TEST(Photo3D, RejectsDifferentSizes) {
  const SyntheticPortrait p = make_portrait();
  const Plane<float> small(10, 10, 1.0f);
  EXPECT_THAT(error_of([&] { Photo3D::build(p.photo, small, p.mask, p.intrinsics, 1); }),
              IsError(ErrorCode::invalid_argument, "must have the photo's size"));
  EXPECT_THAT(error_of([&] { Photo3D::build(ImageView(), small, small, p.intrinsics, 1); }),
              IsError(ErrorCode::invalid_argument, "at least one pixel"));
  Image frame;
  ThreadPool threads(1);
  const Photo3D photo = build(p);
  EXPECT_THAT(error_of([&] { photo.render(CameraPose{}, 0, 10, frame, threads); }),
              IsError(ErrorCode::invalid_argument, "frame"));
}

TEST(Photo3D, DrawsFromExtremeCameras) {
  // Along the background's plane, so that no ray meets it; from far away; from inside the person.
  Image gray(63, 47);
  std::ranges::fill(gray.bytes(), std::uint8_t{120});
  const Plane<float> metres(63, 47, 0.8f), without_person(63, 47, 0.0f);
  const Photo3D wall = Photo3D::build(gray, metres, without_person, {64, 64, 31.5f, 23.5f, 63, 47}, 0.8f);
  EXPECT_EQ(frame_of(wall, {.look_at = {1, 0, 0}}, 63, 47).width(), 63);
  const Photo3D photo = build(make_portrait());
  for (const CameraPose& pose :
       {CameraPose{.position = {1e20f, 0, 0}}, CameraPose{.position = {3e38f, -3e38f, 3e38f}},
        CameraPose{.zoom = 1e30f}, CameraPose{.zoom = 1e-38f}, CameraPose{.look_at = {0, 0, 0}},
        CameraPose{.up = {0, 0, 1}}, CameraPose{.position = {0, 0, kHeadMetres}}})
    EXPECT_EQ(frame_of(photo, pose, 32, 40).width(), 32);
}

TEST(Photo3D, PartsMayBeInTheCamerasPlane) {
  SyntheticPortrait p = make_portrait();
  std::ranges::fill(p.mask.values(), 1.0f);
  for (int y = 0; y < 200; ++y)
    for (int x = 0; x < 160; ++x) p.metres(x, y) = y < 150 ? kHeadMetres : kHeadMetres / 2;
  Photo3DOptions options;
  options.relief = 2;  // moves the nearer half to 0 metres
  EXPECT_EQ(frame_of(build(p, options), {}, 32, 40).width(), 32);
}

TEST(Photo3D, PhotosMayBeVeryWide) {
  const int width = 33000, height = 24;
  const Image photo(width, height);
  const Plane<float> metres(width, height, 0.8f);
  Plane<float> mask(width, height, 0.0f);
  for (int y = 0; y < height; ++y) std::fill_n(mask.row(y) + 32900, 60, 1.0f);
  Photo3DOptions options;
  options.max_texture_size = width;
  const Photo3D wide = Photo3D::build(photo, metres, mask, Intrinsics::assumed(width, height), 0.8f, options);
  EXPECT_EQ(wide.background_texture().width(), 32767);
}

TEST(Photo3D, ALargeReliefStaysFinite) {
  const SyntheticPortrait p = make_portrait();
  Photo3DOptions options;
  options.relief = 3e38f;
  const Photo3D photo = build(p, options);
  for (const Vec3& at : photo.person_mesh().positions)
    ASSERT_TRUE(std::isfinite(at.x) && std::isfinite(at.y) && std::isfinite(at.z));
  EXPECT_EQ(frame_of(photo, aside(0.03f), 32, 40).width(), 32);
}

TEST(Photo3D, RejectsNumbersOutOfRange) {
  const SyntheticPortrait p = make_portrait();
  const Photo3D photo = build(p);
  for (const CameraPose& pose : {CameraPose{.position = {NAN, 0, 0}}, CameraPose{.look_at = {0, INFINITY, 1}},
                                 CameraPose{.up = {0, 0, NAN}}})
    EXPECT_THAT(error_of([&] { frame_of(photo, pose, 8, 8); }),
                IsError(ErrorCode::invalid_argument, "must be finite"));
  for (const float zoom : {0.0f, -1.0f, NAN, INFINITY}) {
    const std::vector<CameraKeyframe> keyframes(1, {.pose = {.zoom = zoom}});
    EXPECT_THAT(error_of([&] { frame_of(photo, {.zoom = zoom}, 8, 8); }),
                IsError(ErrorCode::invalid_argument, "zoom"));
    EXPECT_THAT(error_of([&] { photo.camera_path(keyframes); }),
                IsError(ErrorCode::invalid_argument, "zoom"));
  }
  EXPECT_THAT(error_of([&] { photo.camera_path({.strength = 1e30f}); }),
              IsError(ErrorCode::invalid_argument, "between -1000 and 1000"));
  for (const float metres : {0.0f, -1.0f, NAN, INFINITY, 1e30f}) {
    EXPECT_THAT(error_of([&] { build(p, {.background_metres = metres}); }),
                IsError(ErrorCode::invalid_argument, "background_metres"));
    EXPECT_THAT(error_of([&] { build(p, {.focus_metres = metres}); }),
                IsError(ErrorCode::invalid_argument, "focus_metres"));
  }
  for (const Intrinsics& camera :
       {Intrinsics{}, Intrinsics{100, 0, 80, 100, 160, 200}, Intrinsics{NAN, 100, 80, 100, 160, 200},
        Intrinsics{100, 100, 80, INFINITY, 160, 200}, Intrinsics{100, 100, 80, 100, 0, 200}})
    EXPECT_THAT(error_of([&] { Photo3D::build(p.photo, p.metres, p.mask, camera, 1); }),
                IsError(ErrorCode::invalid_argument, "intrinsics"));
}

TEST(Photo3D, AnEmptyMaskShowsTheBackgroundOnly) {
  SyntheticPortrait p = make_portrait();
  std::ranges::fill(p.mask.values(), 0.0f);
  std::ranges::fill(p.metres.values(), NAN);
  const Image frame = frame_of(build(p), {}, 160, 200);
  EXPECT_LT(mean_difference(frame, p.photo), 1.0);
}

TEST(Photo3D, StopsOnRequest) {
  const SyntheticPortrait p = make_portrait();
  std::atomic<bool> stop{true};
  EXPECT_THAT(error_of([&] {
                Photo3D::build(p.photo, p.metres, p.mask, p.intrinsics, kHeadMetres, {}, Progress{{}, &stop});
              }),
              IsError(ErrorCode::stopped, "stopped"));
}

TEST(Photo3D, CallsTheSinkWithAllFramesOfAPath) {
  const SyntheticPortrait p = make_portrait();
  const Photo3D photo = build(p);
  CameraPathOptions options;
  options.duration_seconds = 0.5f;
  options.frames_per_second = 12;
  ThreadPool threads(2);
  std::vector<Image> frames;
  double last = 0;
  photo.render(
      photo.camera_path(options), 80, 100, threads, [&](const Image& frame) { frames.push_back(frame); },
      Progress{[&](double fraction) { last = fraction; }, nullptr});
  ASSERT_EQ(frames.size(), 6u);
  EXPECT_EQ(last, 1);
  EXPECT_GT(mean_difference(frames[0], frames[3]), 0.5);  // the camera moves
}

// At rest a film shows the whole photo: its zoom is at most 3 %, and the movement is (nearly) the preset's.
TEST(Photo3D, EveryPresetShowsTheWholePhoto) {
  const Photo3D photo = build(make_portrait());
  for (const CameraPreset& preset : camera_presets()) {
    CameraPathOptions options;
    options.preset = preset.name;
    options.frames_per_second = 10;
    options.limit = false;
    const CameraPath free = photo.camera_path(options);
    options.limit = true;
    const CameraPath limited = photo.camera_path(options);
    ASSERT_EQ(limited.size(), free.size());
    float most_free = 0, most_limited = 0;
    for (std::size_t i = 0; i < free.size(); ++i) {
      EXPECT_LE(limited[i].zoom, 1.031f * free[i].zoom) << preset.name;
      most_free = std::max(most_free, distance(free[i].position));
      most_limited = std::max(most_limited, distance(limited[i].position));
    }
    EXPECT_GE(most_limited, 0.8f * most_free) << preset.name;
  }
}

// The shoulders reach the lower border. No frame shows the (magenta) background below them.
TEST(Photo3D, ThePersonGoesOnBeyondThePhoto) {
  Photo3DOptions photo_options;
  photo_options.background.kind = Background::Kind::color;
  photo_options.background.color = {255, 0, 255};
  const Photo3D photo = build(make_portrait(), photo_options);
  ThreadPool threads;
  Image frame;
  for (const CameraPreset& preset : camera_presets())
    for (const float strength : {1.0f, 3.0f}) {
      CameraPathOptions options;
      options.preset = preset.name;
      options.strength = strength;
      options.frames_per_second = 5;
      for (const CameraPose& pose : photo.camera_path(options)) {
        photo.render(pose, 160, 200, frame, threads);
        for (int x = 60; x < 100; ++x)
          EXPECT_LT(frame.pixel(x, 199)[0], 100) << preset.name << ' ' << strength << ' ' << x;
      }
    }
}

// A body whose outline leaves the photo at the left, downwards. Beyond the border it goes on downwards.
TEST(Photo3D, TheOutlineGoesOnStraightBeyondThePhoto) {
  constexpr int kSize = 120;
  SyntheticPortrait p = make_portrait(kSize, kSize);
  for (int y = 0; y < kSize; ++y)
    for (int x = 0; x < kSize; ++x) {
      const bool is_body = y > 70 - x / 2;  // 70 at the left border, higher to the right
      p.mask(x, y) = is_body ? 1 : 0;
      p.metres(x, y) = is_body ? kHeadMetres : NAN;
      std::fill_n(p.photo.pixel(x, y), 3, is_body ? 0 : 255);
    }
  const Photo3D photo = build(p);
  CameraPose pose = aside(0);
  pose.zoom = 0.87f;  // the photo's left border is in column 8
  const Image frame = frame_of(photo, pose, kSize, kSize);
  const auto top_of = [&](int column) {
    int y = 0;
    while (y < kSize && frame.pixel(column, y)[0] > 128) ++y;
    return y;
  };
  EXPECT_NEAR(top_of(1), top_of(9) + 4, 1.5);
  EXPECT_NEAR(top_of(4), top_of(12) + 4, 1.5);
}

// The head's top is 4 % below the photo's upper border; closer, it would be outside.
TEST(Photo3D, AZoomDoesNotCropTheHead) {
  SyntheticPortrait p = make_portrait();
  const int down = p.mask.height() * 14 / 100;
  for (int y = 0; y < p.mask.height(); ++y) {
    const int from = std::min(y + down, p.mask.height() - 1);
    for (int x = 0; x < p.mask.width(); ++x) {
      p.mask(x, y) = p.mask(x, from);
      p.metres(x, y) = p.metres(x, from);
      std::copy_n(p.photo.pixel(x, from), 3, p.photo.pixel(x, y));
    }
  }
  const Photo3D photo = build(p);
  CameraPathOptions options;
  options.preset = "zoom";
  options.frames_per_second = 10;
  const auto cropped_frames = [&] {
    int cropped = 0;
    for (const CameraPose& pose : photo.camera_path(options)) {
      const Image frame = frame_of(photo, pose, 160, 200);
      for (int x = 0; x < 160; ++x)
        if (is_green(frame.pixel(x, 0))) {
          ++cropped;
          break;
        }
    }
    return cropped;
  };
  EXPECT_EQ(cropped_frames(), 0);
  options.limit = false;
  EXPECT_GT(cropped_frames(), 0);
}

}  // namespace
}  // namespace portrait_depth
