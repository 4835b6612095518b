// The tear score must order made frames of one photo as a person does: moved and stretched pictures are
// whole, and pictures with more or larger tears are worse.
#include "tear_score.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <utility>

namespace portrait_depth {
namespace {

constexpr int kWidth = 200, kHeight = 160;

// A bright disc with a dark rim before a textured wall, at any point of the plane.
std::array<float, 3> scene_color(float x, float y) {
  const float from_middle = std::hypot(x - 100, y - 80);
  if (from_middle < 40) return {235, 225, 205 + 10 * std::sin(x / 9)};
  if (from_middle < 46) return {40, 30, 60};
  return {110 + 30 * std::sin(x / 11) * std::cos(y / 13), 130 + 30 * std::cos(x / 17), 90 + y / 4};
}

// A frame whose pixels show the points that `place` returns, on 3 x 3 samples.
template <class Place>
Image frame_of(Place&& place) {
  Image frame(kWidth, kHeight);
  for (int y = 0; y < kHeight; ++y)
    for (int x = 0; x < kWidth; ++x) {
      std::array<float, 3> sum{};
      for (int s = 0; s < 9; ++s) {
        const auto [u, v] = place(static_cast<float>(x) + static_cast<float>(s % 3) / 3,
                                  static_cast<float>(y) + static_cast<float>(s / 3) / 3);
        const std::array<float, 3> color = scene_color(u, v);
        for (std::size_t c = 0; c < 3; ++c) sum[c] += color[c] / 9;
      }
      for (std::size_t c = 0; c < 3; ++c) frame.pixel(x, y)[c] = static_cast<std::uint8_t>(sum[c]);
    }
  return frame;
}

// A smooth movement of up to seven pixels.
std::pair<float, float> moved(float x, float y) {
  return {x + 4 + 3 * std::sin(y / 60), y - 2 + 2 * std::cos(x / 70)};
}

// The same with every `period`-th group of four rows of the disc's right rim left behind.
Image torn_frame(int period) {
  return frame_of([period](float x, float y) {
    const bool behind = x > 110 && x < 160 && static_cast<int>(y / 4) % period == 0;
    return behind ? moved(x - 7, y) : moved(x, y);
  });
}

double score(const Image& frame) {
  ThreadPool threads;
  const Image photo = frame_of([](float x, float y) { return std::pair(x, y); });
  return tear_score(find_torn_pixels(photo, frame, {}, threads));
}

TEST(TearScore, MovedAndStretchedPicturesAreWhole) {
  EXPECT_EQ(score(frame_of([](float x, float y) { return std::pair(x, y); })), 0);
  EXPECT_LT(score(frame_of(moved)), 0.0002);
  EXPECT_LT(score(frame_of([](float x, float y) { return std::pair(1.06f * x - 3, y); })), 0.001);
}

TEST(TearScore, MoreTearsAreWorse) {
  const double few = score(torn_frame(8)), some = score(torn_frame(4)), many = score(torn_frame(2));
  EXPECT_GT(few, 0.001);
  EXPECT_GT(some, 1.5 * few);
  EXPECT_GT(many, 1.5 * some);
}

TEST(TearScore, CracksWithAnotherColorAreTorn) {
  Image frame = frame_of(moved);
  for (int y = 60; y < 100; ++y)
    for (int c = 0; c < 3; ++c) frame.pixel(100, y)[c] = 10;
  EXPECT_GT(score(frame), 40.0 * 3 / (kWidth * kHeight));
}

TEST(TearScore, SmoothInpaintingIsNotTorn) {
  Image frame = frame_of(moved);
  for (int y = 5; y < 25; ++y)
    for (int x = 5; x < 25; ++x)
      for (int c = 0; c < 3; ++c) frame.pixel(x, y)[c] = static_cast<std::uint8_t>(200 - x);
  EXPECT_LT(score(frame), 4.0 * 20 * 5 / (kWidth * kHeight)) << "along its border at most";
}

TEST(TearScore, TheZoomIsFound) {
  ThreadPool threads;
  const Image photo = frame_of([](float x, float y) { return std::pair(x, y); });
  const auto zoomed = [](float zoom) {
    return frame_of(
        [zoom](float x, float y) { return moved(100 + (x - 100) / zoom - 4, 80 + (y - 80) / zoom + 2); });
  };
  EXPECT_NEAR(estimate_zoom(photo, zoomed(1), threads), 1, 0.02);
  EXPECT_NEAR(estimate_zoom(photo, zoomed(1.2f), threads), 1.2, 0.03);
}

}  // namespace
}  // namespace portrait_depth
