#include "film/formats.hpp"

#include <gmock/gmock.h>

#include "../error_of.hpp"

namespace portrait_depth {
namespace {

TEST(FilmFormats, EveryRowHasTheFieldsOfListsAndWriters) {
  for (const FilmFormat& format : film_formats()) {
    SCOPED_TRACE(format.extension);
    EXPECT_TRUE(is_film_format(format.extension));
    EXPECT_EQ(film_format(format.extension).description, format.description);
    EXPECT_FALSE(format.description.empty());
    ASSERT_FALSE(format.codecs.empty());
    EXPECT_GT(format.usual_frames_per_second, 0);
    EXPECT_LE(format.usual_frames_per_second, format.largest_frames_per_second);
  }
  EXPECT_FALSE(is_film_format("mkv"));
  EXPECT_FALSE(is_film_format(""));
}

TEST(FilmCodec, IsTheFirstUnlessTheFormatHasSeveral) {
  const FilmFormat& webm = film_format("webm");
  EXPECT_EQ(film_codec(webm, "").name, "vp9");
  EXPECT_EQ(film_codec(webm, "av1").name, "av1");
  const Error unknown = error_of([&] { film_codec(webm, "theora"); });
  EXPECT_EQ(unknown.code(), ErrorCode::unsupported);
  EXPECT_STREQ(unknown.what(), "webm films have no codec theora; take vp9 or av1");
  const Error needless = error_of([] { film_codec(film_format("mp4"), "h264"); });
  EXPECT_EQ(needless.code(), ErrorCode::unsupported);
  EXPECT_STREQ(needless.what(), "mp4 films have one codec; leave the codec h264 out");
}

TEST(FilmFormats, NameTheFormatsWithTransparency) {
  const FilmFormat& webm = film_format("webm");
  EXPECT_EQ(film::no_transparency_message(webm, film_codec(webm, "av1")),
            "av1 films have no transparency; take gif, webm (vp9), webp or png");
  const FilmFormat& mp4 = film_format("mp4");
  EXPECT_THAT(film::no_transparency_message(mp4, film_codec(mp4, "")),
              testing::StartsWith("mp4 films have no transparency"));
}

}  // namespace
}  // namespace portrait_depth
