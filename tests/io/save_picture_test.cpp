#include <sys/resource.h>
#include <unistd.h>

#include <bit>
#include <cmath>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <limits>

#include "../error_of.hpp"
#include "file_fixture.hpp"
#include "io/turbo.hpp"
#include "portrait_depth/io.hpp"

namespace portrait_depth {
namespace {

using test::expect_error;
using test::output_of;
using test::quadrants;

constexpr int kWidth = 64, kHeight = 48;

class SavePicture : public test::FileTest {};

TEST_F(SavePicture, WritesFilesThatOtherProgramsRead) {
  const Image image = quadrants(kWidth, kHeight);
  for (const auto& format : image_formats()) {
    SCOPED_TRACE(format);
    save_image(image, path("a." + format));
    const auto pixels = decoded_by_ffmpeg(path("a." + format), "rgb24");
    ASSERT_EQ(pixels.size(), image.bytes().size());
    for (int i = 0; i < 4; ++i) {
      const int x = kWidth * (1 + 2 * (i % 2)) / 4, y = kHeight * (1 + 2 * (i / 2)) / 4;
      const bool is_lossless = format == "png" || format == "tiff";
      EXPECT_LE(test::largest_difference(&pixels[static_cast<std::size_t>(3 * (y * kWidth + x))],
                                         test::kQuadrantColors[static_cast<std::size_t>(i)]),
                is_lossless ? 0 : 12);
    }
  }
  EXPECT_EQ(files().size(), image_formats().size()) << "temporary files were left";
}

TEST_F(SavePicture, KeepsTransparency) {
  Image image = quadrants(kWidth, kHeight, 4);
  for (int y = 0; y < kHeight; ++y) image.pixel(3, y)[3] = 77;
  save_image(image, path("a.png"));
  const auto pixels = decoded_by_ffmpeg(path("a.png"), "rgba");
  EXPECT_TRUE(std::equal(pixels.begin(), pixels.end(), image.bytes().begin(), image.bytes().end()));
  expect_error(ErrorCode::unsupported, "a.jpg: JPEG has no transparency",
               [&] { save_image(image, path("a.jpg")); });
}

TEST_F(SavePicture, SkipsTheGapsBetweenTheRowsOfAView) {
  const Image whole = quadrants(kWidth, kHeight);
  save_image(ImageView(whole.pixel(8, 4), 20, 16, 3, whole.stride()), path("part.png"));
  const auto pixels = decoded_by_ffmpeg(path("part.png"), "rgb24");
  ASSERT_EQ(pixels.size(), 20U * 16 * 3);
  for (int y = 0; y < 16; ++y)
    EXPECT_EQ(0, std::memcmp(&pixels[static_cast<std::size_t>(y) * 60], whole.pixel(8, 4 + y), 60));
}

TEST_F(SavePicture, WritesMasksFromBlackToWhite) {
  Plane<float> mask(4, 1);
  const std::array<float, 4> values = {-1.0f, 0.5f, 2.0f, std::numeric_limits<float>::quiet_NaN()};
  std::copy(values.begin(), values.end(), mask.row(0));
  save_mask(mask, path("mask.png"));
  EXPECT_EQ(decoded_by_ffmpeg(path("mask.png"), "gray"), (std::vector<std::uint8_t>{0, 128, 255, 0}));
}

TEST_F(SavePicture, LeavesNoFileOnFailure) {
  const Image image = quadrants(kWidth, kHeight);
  expect_error(ErrorCode::unsupported, "a.bmp", [&] { save_image(image, path("a.bmp")); });
  expect_error(ErrorCode::unsupported, "no extension", [&] { save_image(image, path("a")); });
  expect_error(ErrorCode::unwritable, "make the folder first",
               [&] { save_image(image, path("none/a.png")); });
  expect_error(ErrorCode::unwritable, "cannot be written", [&] { save_image(image, folder, "png"); });
  EXPECT_TRUE(files().empty());
}

TEST_F(SavePicture, KeepsTheModeOfTheOldFile) {
  using std::filesystem::perms;
  write_bytes(path("a.png"), "old", 3);
  const perms mode = perms::owner_read | perms::owner_write | perms::group_write;
  std::filesystem::permissions(path("a.png"), mode);
  save_image(quadrants(kWidth, kHeight), path("a.png"));
  EXPECT_EQ(std::filesystem::status(path("a.png")).permissions(), mode);
}

TEST_F(SavePicture, RejectsAFileThatItMayNotWrite) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");  // a new process: libvips does not run in a forked one
  write_bytes(path("a.png"), "old", 3);
  std::filesystem::permissions(path("a.png"), std::filesystem::perms::owner_read);
  const auto save = [&] {
    const bool is_root = ::geteuid() == 0;
    constexpr uid_t kOther = 65534;
    if (is_root) {  // root writes to every file
      std::filesystem::permissions(folder, std::filesystem::perms::all);
      if (::setresuid(kOther, kOther, 0) != 0) std::_Exit(2);
    }
    const Error error = error_of([&] { save_image(quadrants(kWidth, kHeight), path("a.png")); });
    if (is_root && ::setresuid(0, 0, 0) != 0) std::_Exit(3);
    const bool has_old_file = std::filesystem::file_size(path("a.png")) == 3 && files().size() == 1;
    std::filesystem::remove_all(folder);
    const bool names_it = std::string(error.what()).find("a.png cannot be written") != std::string::npos;
    std::_Exit(error.code() == ErrorCode::unwritable && names_it && has_old_file ? 0 : 1);
  };
  EXPECT_EXIT(save(), testing::ExitedWithCode(0), "");
}

TEST_F(SavePicture, WritesNamesAsLongAsTheyMayBe) {
  const std::string name = std::string(250, 'n') + ".png";
  save_image(quadrants(kWidth, kHeight), path(name));
  EXPECT_EQ(files(), std::vector<std::string>{name});
}

TEST_F(SavePicture, KeepsTheOldFileWhenTheDiskIsFull) {
  write_bytes(path("a.png"), "old", 3);
  Image noise(300, 300);
  std::uint32_t state = 1;
  for (auto& byte : noise.bytes())
    byte = static_cast<std::uint8_t>((state = state * 1664525 + 1013904223) >> 24);
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small = {10'000, before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
  expect_error(ErrorCode::unwritable, "a.png cannot be written", [&] { save_image(noise, path("a.png")); });
  setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  EXPECT_EQ(bytes_of(path("a.png")), (std::vector<std::uint8_t>{'o', 'l', 'd'}));
  EXPECT_EQ(files().size(), 1U);
  expect_error(ErrorCode::unwritable, "No space left on device; free some room",
               [&] { save_image(noise, "/dev/full", "png"); });
}

TEST_F(SavePicture, WritesIntoDevicesAndThroughLinksWithoutTakingTheirPlace) {
  const Image image = quadrants(kWidth, kHeight);
  save_image(image, "/dev/null", "png");
  EXPECT_TRUE(std::filesystem::is_character_file("/dev/null"));
  write_bytes(path("real.png"), "old", 3);
  std::filesystem::create_symlink(path("real.png"), path("link.png"));
  save_image(image, path("link.png"));
  EXPECT_TRUE(std::filesystem::is_symlink(path("link.png")));
  EXPECT_EQ(decoded_by_ffmpeg(path("real.png"), "rgb24").size(), image.bytes().size());
}

TEST_F(SavePicture, MakesTheFileThatALinkNames) {
  const Image image = test::quadrants(kWidth, kHeight);
  std::filesystem::create_directory(folder / "far");
  std::filesystem::create_symlink("far/second.png", path("first.png"));
  std::filesystem::create_symlink("real.png", path("far/second.png"));
  save_image(image, path("first.png"));
  EXPECT_TRUE(std::filesystem::is_symlink(path("first.png")));
  EXPECT_TRUE(std::filesystem::is_symlink(path("far/second.png")));
  EXPECT_EQ(decoded_by_ffmpeg(path("far/real.png"), "rgb24").size(), image.bytes().size());

  std::filesystem::create_symlink("nowhere/real.png", path("lost.png"));
  expect_error(ErrorCode::unwritable, "make the folder first", [&] { save_image(image, path("lost.png")); });
  EXPECT_TRUE(std::filesystem::is_symlink(path("lost.png")));
  std::filesystem::create_symlink("loop.png", path("loop.png"));
  expect_error(ErrorCode::unwritable, "links", [&] { save_image(image, path("loop.png")); });
}

// A ramp from 0.8 m at the left to 1.2 m at the right; the lower half is background.
DepthMap ramp() {
  Plane<float> metres(kWidth, kHeight, std::numeric_limits<float>::quiet_NaN()), mask(kWidth, kHeight, 0.0f);
  for (int y = 0; y < kHeight / 2; ++y)
    for (int x = 0; x < kWidth; ++x) {
      metres(x, y) = 0.8f + 0.4f * static_cast<float>(x) / (kWidth - 1);
      mask(x, y) = 1;
    }
  return {metres, mask, Intrinsics::assumed(kWidth, kHeight), 0.35f, 0.65f};
}

class SaveDepth : public test::FileTest {
 protected:
  std::vector<std::uint16_t> words(const std::string& file) {
    const auto bytes = decoded_by_ffmpeg(file, "gray16le");
    std::vector<std::uint16_t> values(bytes.size() / 2);
    std::memcpy(values.data(), bytes.data(), bytes.size());
    return values;
  }
};

TEST_F(SaveDepth, PutsTheApisValueIntoSixteenBits) {
  const DepthMap depth = ramp();
  for (const char* name : {"a.png", "a.tiff"}) {
    save_depth(depth, path(name));
    const auto values = words(path(name));
    ASSERT_EQ(values.size(), static_cast<std::size_t>(kWidth) * kHeight) << name;
    EXPECT_NEAR(values[0], (0.4 - 0.35) / 0.3 * 65535, 2) << name;
    EXPECT_NEAR(values[kWidth - 1], (0.6 - 0.35) / 0.3 * 65535, 2) << name;
    EXPECT_EQ(values.back(), 0) << name;
  }
  save_depth(depth, path("mm.png"), {.unit = DepthUnit::metres});
  EXPECT_EQ(words(path("mm.png"))[0], 800);
}

TEST_F(SaveDepth, WritesFloatsThatNumPyReads) {
  save_depth(ramp(), path("a.npy"));
  save_depth(ramp(), path("r.npy"), {.unit = DepthUnit::relative});
  // NumPy's own form of the header; the numbers follow it.
  const auto bytes = bytes_of(path("a.npy"));
  const std::string header(bytes.begin(), bytes.begin() + 128);
  EXPECT_EQ(header.substr(1, 5), "NUMPY");
  EXPECT_NE(header.find("{'descr': '<f4', 'fortran_order': False, 'shape': (48, 64), }"), std::string::npos);
  const std::string script =
      "import numpy, sys; a = numpy.load(sys.argv[1]); r = numpy.load(sys.argv[2]); "
      "print(a.dtype, a.shape, '%.4f %.4f' % (a[0, 0], a[0, -1]), numpy.isnan(a[24:]).all(), '%.4f' % r[0, "
      "0])";
  if (std::system("/usr/bin/python3 -c 'import numpy' 2> /dev/null") != 0)
    GTEST_SKIP() << "no NumPy to read with";
  EXPECT_EQ(
      output_of("/usr/bin/python3 -c \"" + script + "\" '" + path("a.npy") + "' '" + path("r.npy") + "'"),
      "float32 (48, 64) 0.8000 1.2000 True 0.1667\n");
}

TEST_F(SaveDepth, WritesPfmFromTheBottomRowUp) {
  save_depth(ramp(), path("a.pfm"));
  const auto bytes = bytes_of(path("a.pfm"));
  const std::string header = "Pf\n64 48\n-1.0\n";
  ASSERT_EQ(std::string(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(header.size())), header);
  std::vector<float> values(static_cast<std::size_t>(kWidth) * kHeight);
  ASSERT_EQ(bytes.size(), header.size() + values.size() * 4);
  std::memcpy(values.data(), bytes.data() + header.size(), values.size() * 4);
  EXPECT_TRUE(std::isnan(values.front()));
  EXPECT_NEAR(values[values.size() - kWidth], 0.8, 1e-5);
  EXPECT_NEAR(values.back(), 1.2, 1e-5);
  EXPECT_EQ(decoded_by_ffmpeg(path("a.pfm"), "grayf32le").size(), values.size() * 4);
}

TEST_F(SaveDepth, ColorsNearWarmAndFarCold) {
  save_depth(ramp(), path("a.jpg"));
  save_depth(ramp(), path("t.png"), {.colormap = Colormap::turbo});
  save_depth(ramp(), path("g.png"), {.colormap = Colormap::gray});
  for (const char* name : {"a.jpg", "t.png"}) {
    const auto pixels = decoded_by_ffmpeg(path(name), "rgb24");
    const std::uint8_t *near = &pixels[3 * 2], *far = &pixels[3 * (kWidth - 3)];
    EXPECT_GT(near[0], near[2] + 60) << name;
    EXPECT_GT(far[2], far[0] + 60) << name;
    EXPECT_LE(pixels[pixels.size() - 3], 3) << name;
  }
  const auto gray = decoded_by_ffmpeg(path("g.png"), "gray");
  EXPECT_GT(gray[0], gray[kWidth - 1] + 50);
  expect_error(ErrorCode::unsupported, "a.npy",
               [&] { save_depth(ramp(), path("a.npy"), {.colormap = Colormap::gray}); });
  expect_error(ErrorCode::unsupported, "a.gif", [&] { save_depth(ramp(), path("a.gif")); });
}

TEST_F(SaveDepth, RejectsAnEmptyDepthMap) {
  for (const auto& [columns, rows] : {std::pair{0, 5}, std::pair{5, 0}}) {
    const DepthMap empty(Plane<float>(columns, rows), Plane<float>(columns, rows), {}, 0, 1);
    expect_error(ErrorCode::invalid_argument, "empty depth map", [&] { save_depth(empty, path("a.npy")); });
  }
}

TEST(Turbo, MatchesThePublishedTable) {
  // Rows 0, 128 and 255 of the table that came with the color map; the polynomial stays within a few steps
  // of it.
  const std::array<std::pair<float, test::Color>, 3> rows = {
      {{0.0f, {48, 18, 59}}, {128 / 255.0f, {164, 252, 60}}, {1.0f, {122, 4, 3}}}};
  for (const auto& [value, color] : rows) {
    const auto ours = io::turbo(value);
    EXPECT_LE(test::largest_difference(ours.data(), color), 34) << value;
  }
  EXPECT_EQ(io::turbo(-5), io::turbo(0));
  EXPECT_EQ(io::turbo(std::numeric_limits<float>::quiet_NaN()), io::turbo(0));
}

}  // namespace
}  // namespace portrait_depth
