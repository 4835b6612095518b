#include "depth_parts/depth_parts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "../error_of.hpp"
#include "../temporary_folder.hpp"
#include "containers/jpeg_segments.hpp"
#include "embedded_depth/gray_picture.hpp"
#include "portrait_depth/embedded_depth.hpp"
#include "portrait_depth/io.hpp"

namespace portrait_depth {
namespace {

using test::TemporaryFolder;

std::vector<std::uint8_t> bytes_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::filesystem::path sensor_photo(const std::string& name) {
  const char* shared = std::getenv("PORTRAIT_DEPTH_SHARED");
  return (shared != nullptr ? std::filesystem::path(shared)
                            : std::filesystem::path(PORTRAIT_DEPTH_SOURCE_DIR) / "../shared") /
         "sensor" / name;
}

// As the browser reads a file: find the parts, decode each picture as a file of its own, put them together.
EmbeddedDepth read_by_parts(const std::vector<std::uint8_t>& file) {
  const auto parts = io::depth_parts(file, "photo");
  if (!parts) throw Error(ErrorCode::unreadable, "photo: no depth");
  io::GrayBudget budget;
  const auto decoded = [&](const io::CodedPicture& picture) {
    return io::decode_gray(io::jpeg_without_metadata(picture.bytes()), "photo", budget);
  };
  io::Mattes mattes;
  for (std::size_t i = 0; i < mattes.size(); ++i)
    if (!parts->mattes[i].bytes().empty()) mattes[i] = decoded(parts->mattes[i]);
  return io::assembled_depth(*parts, decoded(parts->depth), std::move(mattes), std::nullopt);
}

void expect_equal(const Plane<float>& a, const Plane<float>& b, float tolerance) {
  ASSERT_EQ(a.width(), b.width());
  ASSERT_EQ(a.height(), b.height());
  float most = 0;
  for (std::size_t i = 0; i < a.values().size(); ++i) {
    ASSERT_EQ(std::isnan(a.values()[i]), std::isnan(b.values()[i])) << i;
    if (!std::isnan(a.values()[i])) most = std::max(most, std::abs(a.values()[i] - b.values()[i]));
  }
  EXPECT_LE(most, tolerance);
}

class SensorPhoto : public testing::TestWithParam<const char*> {};

// libheif reads a HEIC's auxiliary pictures itself; a browser opens the main picture of each copy.
TEST_P(SensorPhoto, PartsHaveTheDepthThatTheLibraryReads) {
  const auto path = sensor_photo(GetParam());
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is missing";
  const EmbeddedDepth parts = read_by_parts(bytes_of(path));
  const EmbeddedDepth read = *read_embedded_depth(path);
  EXPECT_EQ(parts.container, read.container);
  // One of 255 steps of disparity is at most 0.013 1/m; the farthest is at 1 / 0.508 m.
  expect_equal(parts.metres, read.metres, read.container == DepthContainer::apple_heic ? 0.05f : 0);
  ASSERT_TRUE(parts.matte && read.matte);
  expect_equal(*parts.matte, *read.matte, read.container == DepthContainer::apple_heic ? 1.01f / 255 : 0);
  ASSERT_TRUE(parts.intrinsics && read.intrinsics);
  EXPECT_EQ(parts.intrinsics->width, read.intrinsics->width);
  EXPECT_NEAR(parts.intrinsics->fy, read.intrinsics->fy, 1e-3);
}

INSTANTIATE_TEST_SUITE_P(Phones, SensorPhoto,
                         testing::Values("iphone-truedepth.jpg", "iphone-truedepth.heic"));

TEST(DepthParts, FilesWithoutDepthHaveNone) {
  const TemporaryFolder folder;
  for (const char* name : {"photo.jpg", "photo.png"}) {
    save_image(Image(32, 24, 3), folder / name);
    EXPECT_FALSE(io::depth_parts(bytes_of(folder / name), name)) << name;
  }
  EXPECT_FALSE(io::depth_parts({}, "empty"));
}

TEST(DepthParts, TruncatedHeicsAreNoFault) {
  const auto path = sensor_photo("iphone-truedepth.heic");
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is missing";
  const auto whole = bytes_of(path);
  for (std::size_t size = 0; size < 20'000; size += 97) {
    try {
      (void)io::depth_parts(io::ByteSpan(whole).first(size), "cut.heic");
    } catch (const Error& error) {
      EXPECT_THAT(error, IsError(ErrorCode::unreadable, "cut.heic: damaged"));
    }
  }
}

TEST(JpegWithoutMetadata, KeepsThePixelsAndDropsTheRest) {
  const TemporaryFolder folder;
  Image photo(48, 40, 3);
  for (int y = 0; y < 40; ++y)
    for (int x = 0; x < 48; ++x) photo.pixel(x, y)[0] = static_cast<std::uint8_t>(5 * x);
  Plane<float> metres(48, 40, 1.0f), mask(48, 40, 1.0f);
  metres(3, 3) = 0.9f;
  const DepthMap depth(std::move(metres), std::move(mask), Intrinsics::assumed(48, 40), 0, 1);
  DepthPhotoOptions options;
  options.capture.time = "2024:05:31 12:30:00";
  save_depth_photo(photo, depth, folder / "a.jpg", options);
  const auto whole = bytes_of(folder / "a.jpg");
  ASSERT_FALSE(io::jpeg_xmp(whole).main.empty());
  const auto bare = io::jpeg_without_metadata(whole);
  EXPECT_LT(bare.size(), whole.size());
  for (const io::JpegSegment& segment : io::jpeg_segments(bare))
    EXPECT_TRUE(segment.marker < 0xE1 || segment.marker == 0xEE) << int{segment.marker};
  const Photo before = load_photo(folder / "a.jpg"), after = load_photo(bare, "bare.jpg");
  EXPECT_TRUE(std::ranges::equal(before.image.bytes(), after.image.bytes()));
  const std::vector<std::uint8_t> other = {1, 2, 3};
  EXPECT_EQ(io::jpeg_without_metadata(other), other);
}

}  // namespace
}  // namespace portrait_depth
