#include <cmath>
#include <random>

#include "file_fixture.hpp"
#include "film/gif_encoder.hpp"
#include "film/gif_palette.hpp"
#include "portrait_depth/io.hpp"

namespace portrait_depth {
namespace {

class GifTest : public test::FileTest {
 protected:
  std::uintmax_t film(const std::string& name, const std::vector<Image>& frames, float quality) {
    const auto writer = create_video_writer(path(name), {.frames_per_second = 20, .quality = quality});
    for (const Image& frame : frames) writer->write(frame);
    writer->finish();
    return std::filesystem::file_size(path(name));
  }

  // Transparent pixels are transparent in every frame; all others have their own color.
  void expect_shown(const std::string& file, const std::vector<Image>& frames) {
    const auto pixels = decoded_by_ffmpeg(file, "rgba");
    ASSERT_EQ(pixels.size(), frames.size() * frames[0].bytes().size());
    for (std::size_t i = 0; i < pixels.size(); i += 4) {
      const std::uint8_t* expected = frames[i / frames[0].bytes().size()].bytes().data() +
                                     static_cast<std::ptrdiff_t>(i % frames[0].bytes().size());
      ASSERT_EQ(pixels[i + 3], expected[3]) << "at byte " << i;
      if (expected[3] != 0) {
        ASSERT_TRUE(std::equal(expected, expected + 3, &pixels[i])) << "at byte " << i;
      }
    }
  }
};

// A few strong colors in no order at all: the compressor's table of strings fills up again and again.
Image confetti(int width, int height, unsigned seed, int channels = 3) {
  constexpr std::array<test::Color, 5> kColors = {
      {{255, 0, 0}, {0, 255, 0}, {0, 0, 255}, {255, 255, 255}, {0, 0, 0}}};
  std::mt19937 random(seed);
  Image image(width, height, channels);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      std::uint8_t* pixel = image.pixel(x, y);
      const auto& color = kColors[random() % kColors.size()];
      for (std::size_t c = 0; c < 3; ++c) pixel[c] = static_cast<std::uint8_t>(color[c]);
      if (channels == 4) pixel[3] = random() % 3 == 0 ? 0 : 255;
    }
  return image;
}

Image noise(int width, int height, unsigned seed) {
  std::mt19937 random(seed);
  Image image(width, height);
  for (std::uint8_t& byte : image.bytes()) byte = static_cast<std::uint8_t>(random());
  return image;
}

TEST_F(GifTest, FewColorsComeBackAsTheyWere) {
  const std::vector<Image> frames = {confetti(300, 200, 1), confetti(300, 200, 2), confetti(300, 200, 2),
                                     confetti(300, 200, 3)};
  film("a.gif", frames, 1.0f);
  const auto pixels = decoded_by_ffmpeg(path("a.gif"), "rgb24");
  ASSERT_EQ(pixels.size(), frames.size() * frames[0].bytes().size());
  for (std::size_t i = 0; i < frames.size(); ++i)
    EXPECT_TRUE(std::equal(frames[i].bytes().begin(), frames[i].bytes().end(),
                           pixels.begin() + static_cast<std::ptrdiff_t>(i * frames[i].bytes().size())))
        << "frame " << i;
}

TEST_F(GifTest, PixelsThatBecomeTransparentAreCleared) {
  const std::vector<Image> frames = {confetti(60, 40, 1, 4), confetti(60, 40, 2, 4)};
  film("a.gif", frames, 1.0f);
  expect_shown(path("a.gif"), frames);
}

// As in a film whose palette is made from its first part.
TEST_F(GifTest, TransparencyThatComesLateIsShown) {
  std::vector<Image> frames(4, confetti(60, 40, 1, 4));
  for (std::size_t i = 0; i < 4; ++i)
    for (int y = 0; y < 40; ++y)
      for (int x = 0; x < 60; ++x) frames[i].pixel(x, y)[3] = i == 2 && x < 20 ? 0 : 255;
  film::PaletteBuilder colors;
  colors.add(frames[0]);
  film::GifEncoder encoder({.width = 60, .height = 40, .tolerance = film::gif_tolerance(1)},
                           film::PaletteSearch(colors.build(film::kGifPaletteSize)));
  for (const Image& frame : frames) encoder.write(frame);
  encoder.finish();
  const auto file = encoder.take_bytes();
  write_bytes(path("a.gif"), file.data(), file.size());
  expect_shown(path("a.gif"), frames);
}

TEST_F(GifTest, EqualFramesCostFewBytes) {
  const Image frame = noise(100, 100, 1);
  const auto one = film("a.gif", {frame}, 0.75f), ten = film("b.gif", std::vector<Image>(10, frame), 0.75f);
  EXPECT_LT(ten, one + 9 * 40);
}

// A wall in soft light, a little brighter each frame, and something of many colors that the palette must
// have as well.
TEST_F(GifTest, TheFirstFrameHasNoStreaks) {
  std::vector<Image> frames;
  for (int i = 0; i < 8; ++i) {
    Image frame = noise(200, 160, 1);
    for (int y = 0; y < 120; ++y)
      for (int x = 0; x < frame.width(); ++x) {
        const float light = 120 + 0.15f * static_cast<float>(x) + 0.1f * static_cast<float>(y + 3 * i);
        std::uint8_t* const pixel = frame.pixel(x, y);
        pixel[0] = static_cast<std::uint8_t>(light);
        pixel[1] = static_cast<std::uint8_t>(0.95f * light);
        pixel[2] = static_cast<std::uint8_t>(0.9f * light);
      }
    frames.push_back(std::move(frame));
  }
  film("a.gif", frames, 0.75f);
  const auto decoded = decoded_by_ffmpeg(path("a.gif"), "rgb24");
  const auto pixel_number = [](int x, int y) {
    return static_cast<std::size_t>(y) * 200 + static_cast<std::size_t>(x);
  };
  // The mean over 8 x 8 pixels takes the dithering away; streaks stay.
  double sum = 0;
  for (int top = 0; top < 120; top += 8)
    for (int left = 0; left < 200; left += 8) {
      double difference = 0;
      for (int y = top; y < top + 8; ++y)
        for (int x = left; x < left + 8; ++x)
          difference += decoded[3 * pixel_number(x, y) + 1] - frames[0].pixel(x, y)[1];
      sum += std::abs(difference) / 64;
    }
  EXPECT_LT(sum / (15 * 25), 0.5);
}

TEST_F(GifTest, TooLargeFilmsAreEncodedAgainUntilTheyFit) {
  std::vector<Image> frames;
  for (unsigned i = 0; i < 20; ++i) {
    // Noise on a soft picture, as a dark photo has it: as hard to compress as any photo of a camera.
    Image frame = noise(160, 120, i);
    for (int y = 0; y < frame.height(); ++y)
      for (int x = 0; x < frame.width(); ++x)
        for (int c = 0; c < 3; ++c)
          frame.pixel(x, y)[c] = static_cast<std::uint8_t>(60 + x / 2 + frame.pixel(x, y)[c] / 4);
    frames.push_back(std::move(frame));
  }
  const double pixels = 160.0 * 120 * 20;
  EXPECT_GT(static_cast<double>(film("good.gif", frames, 1.0f)), 0.5 * pixels);
  EXPECT_LE(static_cast<double>(film("usual.gif", frames, 0.75f)), 0.325 * pixels);
  const auto decoded = decoded_by_ffmpeg(path("usual.gif"), "rgb24");
  double sum = 0;
  for (std::size_t i = 0; i < decoded.size(); ++i) {
    const auto bytes = frames[i / frames[0].bytes().size()].bytes();
    sum += std::pow(decoded[i] - bytes[i % bytes.size()], 2);
  }
  EXPECT_LT(std::sqrt(sum / static_cast<double>(decoded.size())), 30) << "it still shows the picture";
}

TEST(GifPalette, KeepsEveryColorOfAPictureOfFewColors) {
  const Image image = test::quadrants(32, 32);
  film::PaletteBuilder builder;
  builder.add(image);
  film::PaletteSearch search(builder.build(255));
  EXPECT_EQ(search.palette().size(), 4U);
  for (const auto& color : test::kQuadrantColors) {
    const auto& found = search.palette()[search.nearest(color[0], color[1], color[2])];
    EXPECT_EQ(found, (film::Color{static_cast<std::uint8_t>(color[0]), static_cast<std::uint8_t>(color[1]),
                                  static_cast<std::uint8_t>(color[2])}));
  }
}

}  // namespace
}  // namespace portrait_depth
