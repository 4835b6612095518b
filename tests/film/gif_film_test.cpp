#include "film/gif_film.hpp"

#include <gtest/gtest.h>

#include <random>

#include "../error_of.hpp"

namespace portrait_depth {
namespace {

using film::GifFilm;
using testing::StrEq;

constexpr int kWidth = 96, kHeight = 64;

// A soft ramp with noise: hard to compress, so that several attempts are needed.
Image noisy_frame(unsigned seed, int channels) {
  std::mt19937 random(seed);
  Image image(kWidth, kHeight, channels);
  for (int y = 0; y < kHeight; ++y)
    for (int x = 0; x < kWidth; ++x)
      for (int c = 0; c < channels; ++c)
        image.pixel(x, y)[c] = static_cast<std::uint8_t>(c == 3 ? 255 : 60 + x / 2 + random() % 64);
  return image;
}

std::vector<std::uint8_t> whole_film(int channels, int frames) {
  GifFilm gif({.frames_per_second = 20});
  for (int i = 0; i < frames; ++i) gif.write(noisy_frame(static_cast<unsigned>(i), channels));
  gif.end();
  while (gif.encode_step()) {
  }
  return gif.take_bytes();
}

TEST(GifFilm, OpaqueRgbaFramesGiveTheBytesOfRgbFrames) {
  const auto rgb = whole_film(3, 20);
  EXPECT_EQ(rgb, whole_film(4, 20));
  EXPECT_EQ(rgb.front(), 'G');
  EXPECT_EQ(rgb.back(), 0x3B) << "the file's end";
}

TEST(GifFilm, WorksInStepsOfAFrameAndItsProgressNeverFalls) {
  GifFilm gif({.frames_per_second = 20});
  for (unsigned i = 0; i < 12; ++i) gif.write(noisy_frame(i, 3));
  EXPECT_FALSE(gif.encode_step()) << "more frames may come";
  EXPECT_EQ(gif.encoded_share(), 0);
  gif.end();
  double share = 0;
  int steps = 1;
  for (; gif.encode_step(); ++steps) {
    EXPECT_TRUE(gif.take_bytes().empty()) << "this attempt may be too large";
    EXPECT_GE(gif.encoded_share(), share);
    share = gif.encoded_share();
    EXPECT_LT(share, 1);
  }
  EXPECT_EQ(steps % 12, 0) << "whole attempts";
  EXPECT_GT(steps, 12) << "this film is too large at first";
  EXPECT_EQ(gif.encoded_share(), 1);
  EXPECT_LE(static_cast<double>(gif.take_bytes().size()), 0.33 * 12 * kWidth * kHeight);
}

// The frames' size is such that few are enough to fill the memory for waiting frames.
TEST(GifFilm, FramesBeyondTheLookAheadAreEncodedAtOnce) {
  constexpr int kSide = 4000;
  constexpr auto kWaiting = static_cast<int>(GifFilm::kLookAheadPixels / (kSide * kSide)) + 1;
  const Image frame(kSide, kSide);
  GifFilm gif({.frames_per_second = 20});
  for (int i = 0; i < kWaiting; ++i) {
    EXPECT_TRUE(gif.take_bytes().empty());
    gif.write(frame);
  }
  while (gif.encode_step()) {
  }
  EXPECT_FALSE(gif.take_bytes().empty());
  gif.write(frame);
  EXPECT_FALSE(gif.take_bytes().empty()) << "the frame before is complete";
  gif.end();
  EXPECT_FALSE(gif.encode_step());
  EXPECT_EQ(gif.take_bytes().back(), 0x3B);
}

TEST(GifFilm, RejectsFramesThatDoNotFit) {
  GifFilm gif({.frames_per_second = 20});
  EXPECT_THAT(error_of([&] { GifFilm({}).end(); }),
              IsError(ErrorCode::invalid_argument, StrEq("a GIF needs at least one frame")));
  gif.write(noisy_frame(0, 3));
  EXPECT_THAT(error_of([&] { gif.write(Image(8, 8)); }),
              IsError(ErrorCode::invalid_argument, StrEq("all frames of a GIF have one size")));
  gif.end();
  EXPECT_THAT(error_of([&] { gif.write(noisy_frame(1, 3)); }),
              IsError(ErrorCode::invalid_argument, StrEq("a GIF that has ended takes no more frames")));
  EXPECT_THAT(error_of([] { GifFilm({.frames_per_second = 60}); }),
              IsError(ErrorCode::invalid_argument, "at most 50 frames per second"));
}

}  // namespace
}  // namespace portrait_depth
