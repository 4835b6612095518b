#include "portrait_depth/film.hpp"

#include <gmock/gmock.h>

#include <string>

#include "../error_of.hpp"

namespace portrait_depth {
namespace {

MATCHER_P2(IsSize, width, height, "") {
  *result_listener << arg.width << " x " << arg.height;
  return arg.width == width && arg.height == height;
}

TEST(FilmFrameSize, IsSmallerForGifAndWebp) {
  for (const char* format : {"gif", "webp"}) {
    EXPECT_THAT(film_frame_size({3000, 4000}, format), IsSize(360, 480));
    EXPECT_THAT(film_frame_size({4000, 3000}, format), IsSize(480, 360));
  }
}

TEST(FilmFrameSize, Is720HighForOtherFilms) {
  for (const char* format : {"webm", "mp4", "avif", "png", ""})
    EXPECT_THAT(film_frame_size({3000, 4000}, format), IsSize(540, 720));
}

TEST(FilmFrameSize, IsAtMostThePhotosUnlessASideIsGiven) {
  for (const char* format : {"gif", "webm"}) {
    EXPECT_THAT(film_frame_size({64, 48}, format), IsSize(64, 48));
    EXPECT_THAT(film_frame_size({64, 48}, format, {}, 96), IsSize(128, 96));
  }
}

TEST(FilmFrameSize, FollowsFromOneSideAndThePhotosShape) {
  EXPECT_THAT(film_frame_size({1200, 1600}, "gif", 300), IsSize(300, 400));
  EXPECT_THAT(film_frame_size({1200, 1600}, "gif", {}, 481), IsSize(360, 480));
  EXPECT_THAT(film_frame_size({1'000'000, 1}, "gif", {}, 16384), IsSize(16384, 16384));
}

TEST(FilmFrameSize, IsTheGivenOneIfTheFormatCanHoldIt) {
  EXPECT_THAT(film_frame_size({1200, 1600}, "gif", 301, 401), IsSize(301, 401));
  EXPECT_THAT(film_frame_size({1200, 1600}, "png", 301, 401), IsSize(301, 401));
  for (const char* format : {"webm", "mp4", "avif"})
    EXPECT_THAT(film_frame_size({1200, 1600}, format, 301, 401), IsSize(300, 400));
}

TEST(FilmFrameSize, RejectsInvalidSizes) {
  for (const int side : {-1, 0, 1, 16385}) {
    const auto refused = IsError(ErrorCode::invalid_argument, std::to_string(side) + " is beyond");
    EXPECT_THAT(error_of([&] { film_frame_size({640, 480}, "gif", side); }), refused);
    EXPECT_THAT(error_of([&] { film_frame_size({640, 480}, "gif", {}, side); }), refused);
  }
  EXPECT_THAT(error_of([] {
                film_frame_size({640, 0}, "gif");
              }),
              IsError(ErrorCode::invalid_argument, "a photo of 1 x 1 pixel or more"));
}

TEST(FilmFrameSize, RejectsFormatsThatAreNotFilms) {
  for (const char* format : {"glb", "jpg", "mkv", "GIF"}) {
    const Error size = error_of([&] { film_frame_size({640, 480}, format); });
    const Error rate = error_of([&] { usual_frames_per_second(format); });
    for (const Error& error : {size, rate}) {
      EXPECT_EQ(error.code(), ErrorCode::unsupported);
      EXPECT_EQ(error.what(), "films cannot be written as " + std::string(format) +
                                  "; take gif, webm, mp4, webp, avif or png");
    }
  }
}

TEST(UsualFramesPerSecond, AreFewerForGif) {
  EXPECT_EQ(usual_frames_per_second("gif"), 20);
  for (const char* format : {"webm", "mp4", "webp", "avif", "png", ""})
    EXPECT_EQ(usual_frames_per_second(format), kFramesPerSecond);
}

}  // namespace
}  // namespace portrait_depth
