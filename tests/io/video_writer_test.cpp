#include <sys/resource.h>

#include <cmath>
#include <csignal>

#include "file_fixture.hpp"
#include "io/film_writers.hpp"
#include "portrait_depth/io.hpp"

namespace portrait_depth {
namespace {

using test::expect_error;
using test::output_of;

constexpr int kWidth = 160, kHeight = 120, kFrameCount = 25;
constexpr float kFramesPerSecond = 25;

// A soft colored picture that moves in a circle; with alpha: a disc that is not transparent.
Image frame_at(int index, int channels = 3) {
  Image image(kWidth, kHeight, channels);
  const double turn = 2 * 3.14159265 * index / kFrameCount;
  for (int y = 0; y < kHeight; ++y)
    for (int x = 0; x < kWidth; ++x) {
      const double u = x + 6 * std::cos(turn), v = y + 6 * std::sin(turn);
      image.pixel(x, y)[0] = static_cast<std::uint8_t>(128 + 100 * std::sin(u / 17) * std::cos(v / 23));
      image.pixel(x, y)[1] = static_cast<std::uint8_t>(120 + 90 * std::sin(v / 19));
      image.pixel(x, y)[2] = static_cast<std::uint8_t>(110 + 100 * std::cos(u / 29 + v / 31));
      if (channels == 4) image.pixel(x, y)[3] = std::hypot(x - kWidth / 2, y - kHeight / 2) < 40 ? 255 : 0;
    }
  return image;
}

class VideoWriterTest : public test::FileTest {
 protected:
  std::string film(const std::string& name,
                   const VideoOptions& options = {.frames_per_second = kFramesPerSecond}, int channels = 3) {
    const auto writer = create_video_writer(path(name), options);
    for (int i = 0; i < kFrameCount; ++i) writer->write(frame_at(i, channels));
    EXPECT_TRUE(!std::filesystem::exists(path(name)) || std::filesystem::is_directory(path(name)))
        << "the film is in place before it is finished";
    writer->finish();
    return path(name);
  }
  static std::string probe(const std::string& file, const std::string& entries) {
    std::string text = output_of("ffprobe -v error -count_frames -select_streams v:0 -show_entries " +
                                 entries + " -of default=nokey=1:noprint_wrappers=1 '" + file + "'");
    for (char& c : text)
      if (c == '\n') c = ' ';
    return text;
  }
  // In dB, over all frames, against the written ones.
  static double psnr(const std::vector<std::uint8_t>& pixels) {
    const std::size_t frame_bytes = static_cast<std::size_t>(kWidth) * kHeight * 3;
    EXPECT_EQ(pixels.size(), frame_bytes * kFrameCount);
    if (pixels.size() != frame_bytes * kFrameCount) return 0;
    double sum = 0;
    for (int i = 0; i < kFrameCount; ++i) {
      const Image frame = frame_at(i);
      for (std::size_t j = 0; j < frame_bytes; ++j)
        sum += std::pow(pixels[static_cast<std::size_t>(i) * frame_bytes + j] - frame.bytes()[j], 2);
    }
    return 10 * std::log10(255.0 * 255.0 * static_cast<double>(pixels.size()) / sum);
  }
};

TEST_F(VideoWriterTest, WritesFilmsThatFfmpegReads) {
  struct Case {
    const char *name, *codec;
    double least_psnr;
  };
  // Lossy 4:2:0 brings each of them to its limit; wrong colors or frames out of order would be below 25 dB.
  for (const Case& c : {Case{"a.gif", "gif", 30}, Case{"a.webm", "vp9", 32}, Case{"a.mp4", "h264", 32},
                        Case{"a.avif", "av1", 32}}) {
    SCOPED_TRACE(c.name);
    const std::string file = film(c.name);
    EXPECT_EQ(probe(file, "stream=codec_name,width,height,nb_read_frames"),
              std::string(c.codec) + " " + std::to_string(kWidth) + " " + std::to_string(kHeight) + " 25 ");
    EXPECT_EQ(probe(file, "stream=r_frame_rate"), "25/1 ");
    EXPECT_GE(psnr(decoded_by_ffmpeg(file, "rgb24")), c.least_psnr);
  }
}

TEST_F(VideoWriterTest, TagsTheColorsOfFilms) {
  for (const char* name : {"a.webm", "a.mp4"})
    EXPECT_EQ(probe(film(name), "stream=pix_fmt,color_range,color_space,color_transfer,color_primaries"),
              "yuv420p tv bt709 bt709 bt709 ")
        << name;
}

TEST_F(VideoWriterTest, PutsTheIndexOfAnMp4InFront) {
  const auto bytes = bytes_of(film("a.mp4"));
  const std::string text(bytes.begin(), bytes.end());
  EXPECT_LT(text.find("moov"), text.find("mdat"));
}

TEST_F(VideoWriterTest, WritesAv1OnRequest) {
  const std::string file = film("a.webm", {.frames_per_second = kFramesPerSecond, .codec = "av1"});
  EXPECT_EQ(probe(file, "stream=codec_name,nb_read_frames"), "av1 25 ");
  expect_error(ErrorCode::unsupported, "theora",
               [&] { create_video_writer(path("b.webm"), {.codec = "theora"}); });
  expect_error(ErrorCode::unsupported, "b.gif",
               [&] { create_video_writer(path("b.gif"), {.codec = "av1"}); });
}

TEST_F(VideoWriterTest, WritesTheRatesOfTelevisionAsFractions) {
  const std::vector<std::pair<float, std::string>> rates = {{29.97f, "30000/1001 "}, {23.976f, "24000/1001 "},
                                                            {59.94f, "60000/1001 "}, {23.98f, "24000/1001 "},
                                                            {30, "30/1 "},           {24, "24/1 "},
                                                            {12.5f, "25/2 "},        {0.5f, "1/2 "}};
  for (const auto& [rate, fraction] : rates) {
    EXPECT_EQ(probe(film("a.mp4", {.frames_per_second = rate}), "stream=r_frame_rate"), fraction) << rate;
    std::filesystem::remove(path("a.mp4"));
  }
}

TEST_F(VideoWriterTest, HasAWriterForEveryRow) {
  for (const FilmFormat& format : film_formats())
    for (const FilmCodec& codec : format.codecs) {
      SCOPED_TRACE(format.extension + ", " + codec.name);
      const std::string name = "a-%d." + format.extension;
      const auto writer = create_video_writer(
          path(name), {.frames_per_second = 10, .codec = format.codecs.size() > 1 ? codec.name : ""});
      for (int i = 0; i < 3; ++i) writer->write(frame_at(i, codec.has_alpha ? 4 : 3));
      writer->finish();
      EXPECT_FALSE(files().empty());
      std::filesystem::remove_all(folder);
      std::filesystem::create_directory(folder);
    }
  const FilmFormat unknown = {.extension = "raw", .description = "", .codecs = {{"raw", "raw", false}}};
  expect_error(ErrorCode::unsupported, "the film format raw has no writer",
               [&] { io::film_writer(unknown); });
}

TEST_F(VideoWriterTest, RegistersNewFormatsOnly) {
  const FilmFormat gif = film_format("gif");
  const auto writer = io::film_writer(gif);
  expect_error(ErrorCode::invalid_argument, "gif is known", [&] { register_film_format(gif, writer); });
  FilmFormat format = gif;
  for (const char* extension : {"", ".raw", "RAW"}) {
    format.extension = extension;
    expect_error(ErrorCode::invalid_argument, "lower-case", [&] { register_film_format(format, writer); });
  }
  format.extension = "raw";
  expect_error(ErrorCode::invalid_argument, "needs a writer", [&] { register_film_format(format, nullptr); });
  EXPECT_FALSE(is_film_format("raw"));
}

TEST_F(VideoWriterTest, RepeatsAGifAsOftenAsGiven) {
  const auto repeats = [&](int loops) {
    const auto bytes = bytes_of(film("a.gif", {.frames_per_second = kFramesPerSecond, .loops = loops}));
    std::filesystem::remove(path("a.gif"));
    const std::string text(bytes.begin(), bytes.end());
    const auto place = text.find("NETSCAPE2.0");
    return place == std::string::npos ? -1 : bytes[place + 13] + 256 * bytes[place + 14];
  };
  EXPECT_EQ(repeats(0), 0) << "forever";
  EXPECT_EQ(repeats(1), -1) << "once";
  EXPECT_EQ(repeats(4), 3) << "and three times more";
}

TEST_F(VideoWriterTest, WritesAnimatedWebpThatWebpmuxReads) {
  const std::string file = film("a.webp", {.frames_per_second = kFramesPerSecond, .loops = 3});
  const std::string info = output_of("webpmux -info '" + file + "'");
  EXPECT_NE(info.find("Canvas size: 160 x 120"), std::string::npos) << info;
  EXPECT_NE(info.find("Number of frames: 25"), std::string::npos) << info;
  EXPECT_NE(info.find("Loop Count : 3"), std::string::npos) << info;
  output_of("webpmux -get frame 1 '" + file + "' -o '" + path("one.webp") + "' 2> /dev/null");
  const auto first = decoded_by_ffmpeg(path("one.webp"), "rgb24");
  const Image expected = frame_at(0);
  ASSERT_EQ(first.size(), expected.bytes().size());
  EXPECT_LE(test::largest_difference(
                &first[3 * (60 * kWidth + 80)],
                {expected.pixel(80, 60)[0], expected.pixel(80, 60)[1], expected.pixel(80, 60)[2]}),
            20);
}

TEST_F(VideoWriterTest, WritesOnePngAFrame) {
  film("shot-%03d.png");
  EXPECT_EQ(files().size(), static_cast<std::size_t>(kFrameCount));
  const Image expected = frame_at(6);
  const auto seventh = decoded_by_ffmpeg(path("shot-007.png"), "rgb24");
  EXPECT_TRUE(std::equal(seventh.begin(), seventh.end(), expected.bytes().begin(), expected.bytes().end()));
  EXPECT_EQ(png_frame_path("a%d/shot.png", 2), "a%d/shot-0002.png")
      << "a pattern counts in the file's own name only";
  std::filesystem::create_directory(folder / "frames");
  film("frames");
  EXPECT_TRUE(std::filesystem::exists(folder / "frames" / "frame-0025.png"));
  film("b.png");
  EXPECT_TRUE(std::filesystem::exists(path("b-0001.png")));
}

TEST_F(VideoWriterTest, APngSequenceThatFailsAtItsEndLeavesNoFrame) {
  const auto writer = create_video_writer(path("shot-%d.png"));
  for (int i = 0; i < 5; ++i) writer->write(frame_at(i));
  std::filesystem::create_directory(folder / "shot-4.png");
  expect_error(ErrorCode::unwritable, "shot-4.png cannot be written", [&] { writer->finish(); });
  EXPECT_EQ(files(), std::vector<std::string>{"shot-4.png"});
}

TEST_F(VideoWriterTest, KeepsTransparencyIfTheFormatHasIt) {
  const VideoOptions options = {.frames_per_second = kFramesPerSecond};
  const auto center = 4 * static_cast<std::size_t>(kHeight / 2 * kWidth + kWidth / 2) + 3;
  for (const auto& [name, decoder] :
       {std::pair{"a.webm", "-c:v libvpx-vp9"}, std::pair{"a.gif", ""}, std::pair{"a-%d.png", ""}}) {
    SCOPED_TRACE(name);
    film(name, options, 4);
    const auto pixels = decoded_by_ffmpeg(path(name), "rgba", decoder);
    ASSERT_GT(pixels.size(), center);
    EXPECT_GE(pixels[center], 250);
    EXPECT_LE(pixels[3], 5);
  }
  EXPECT_EQ(probe(path("a.webm"), "stream_tags=alpha_mode"), "1 ");
  film("a.webp", options, 4);
  EXPECT_NE(output_of("webpmux -info '" + path("a.webp") + "'").find("transparency"), std::string::npos);
  for (const char* name : {"b.mp4", "b.avif"}) {
    const auto writer = create_video_writer(path(name), options);
    expect_error(ErrorCode::unsupported, "no transparency", [&] { writer->write(frame_at(0, 4)); });
  }
}

TEST_F(VideoWriterTest, CutsAnOddSizeToEven) {
  const auto writer = create_video_writer(path("a.mp4"));
  for (int i = 0; i < 3; ++i) writer->write(Image(51, 33));
  writer->finish();
  EXPECT_EQ(probe(path("a.mp4"), "stream=width,height,nb_read_frames"), "50 32 3 ");
}

TEST_F(VideoWriterTest, LeavesNoFileUnlessFinished) {
  for (const auto& format : video_formats()) {
    SCOPED_TRACE(format);
    {
      const auto writer = create_video_writer(path("a." + format));
      for (int i = 0; i < 5; ++i) writer->write(frame_at(i));
      expect_error(ErrorCode::invalid_argument, "one size", [&] { writer->write(Image(8, 8)); });
    }
    EXPECT_TRUE(files().empty());
    const auto empty = create_video_writer(path("b." + format));
    expect_error(ErrorCode::invalid_argument, "at least one frame", [&] { empty->finish(); });
    EXPECT_TRUE(files().empty());
  }
}

TEST_F(VideoWriterTest, FailsInOneLineWhenTheDiskIsFull) {
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small = {1'000, before.rlim_max};
  for (const auto& format : video_formats()) {
    SCOPED_TRACE(format);
    ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
    expect_error(ErrorCode::unwritable, "cannot be written", [&] { film("a." + format); });
    setrlimit(RLIMIT_FSIZE, &before);
    EXPECT_TRUE(files().empty()) << testing::PrintToString(files());
  }
  std::signal(SIGXFSZ, handler);
}

TEST_F(VideoWriterTest, NamesTheFormatThatItWrites) {
  EXPECT_EQ(video_format("anna.WebM"), "webm");
  EXPECT_EQ(video_format("anna.webm", "gif"), "gif");
  EXPECT_EQ(video_format(folder), "png");
  EXPECT_EQ(video_format("-", "webp"), "webp");
  expect_error(ErrorCode::unsupported, "standard output: films cannot be written as jpeg",
               [] { video_format("-", "jpg"); });
  expect_error(ErrorCode::unsupported,
               "anna: unknown format: the name has no extension. Add one, such as portrait.png",
               [] { video_format("anna"); });
  expect_error(ErrorCode::unsupported, "standard output: unknown format. Name one",
               [] { video_format("-"); });
}

TEST_F(VideoWriterTest, RejectsUnwritableFilms) {
  expect_error(ErrorCode::unsupported, "take gif, webm, mp4, webp, avif or png",
               [&] { create_video_writer(path("a.mkv")); });
  for (const char* name : {"a.gif", "a.webp", "a.avif"})
    expect_error(ErrorCode::unsupported, "films play at most 50 frames per second",
                 [&] { create_video_writer(path(name), {.frames_per_second = 60}); });
  expect_error(ErrorCode::unsupported, "at least 0.002",
               [&] { create_video_writer(path("a.gif"), {.frames_per_second = 0.001f}); });
  expect_error(ErrorCode::unsupported, "at most 65536 times",
               [&] { create_video_writer(path("a.gif"), {.loops = 65537}); });
  expect_error(ErrorCode::invalid_argument, "frames per second",
               [&] { create_video_writer(path("a.webm"), {.frames_per_second = 0}); });
  expect_error(ErrorCode::invalid_argument, "quality",
               [&] { create_video_writer(path("a.webm"), {.quality = 2}); });
  for (const char* extension : {".gif", ".png"}) {
    const auto long_name = create_video_writer(path(std::string(300, 'a') + extension));
    expect_error(ErrorCode::unwritable, "aaa", [&] { long_name->write(frame_at(0)); });
  }
  const auto writer = create_video_writer(path("none/a.webm"));
  expect_error(ErrorCode::unwritable, "make the folder first", [&] { writer->write(frame_at(0)); });
}

}  // namespace
}  // namespace portrait_depth
