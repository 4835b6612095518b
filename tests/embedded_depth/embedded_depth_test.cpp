#include "portrait_depth/embedded_depth.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <random>

#include <nlohmann/json.hpp>
#include "../error_of.hpp"
#include "../temporary_folder.hpp"
#include "portrait_depth/io.hpp"

#include "../programs.hpp"
#include "slanted_person.hpp"

namespace portrait_depth {
namespace {

using namespace test::slanted_person;
using test::TemporaryFolder;

std::optional<std::filesystem::path> sensor_photo(const std::string& name) {
  const char* shared = std::getenv("PORTRAIT_DEPTH_SHARED");
  const std::filesystem::path folder = shared != nullptr
                                           ? std::filesystem::path(shared)
                                           : std::filesystem::path(PORTRAIT_DEPTH_SOURCE_DIR) / "../shared";
  const auto path = folder / "sensor" / name;
  return std::filesystem::exists(path) ? std::optional(path) : std::nullopt;
}

TEST(DepthPhoto, DepthComesBackAsItWasPutIn) {
  const TemporaryFolder folder;
  for (const int bits : {8, 16}) {
    save_depth_photo(make_photo(), make_depth(), folder / "portrait.jpg", {.bits = bits});
    const auto read = read_embedded_depth(folder / "portrait.jpg");
    ASSERT_TRUE(read);
    EXPECT_EQ(read->container, DepthContainer::gdepth);
    ASSERT_EQ(read->metres.width(), kWidth);
    ASSERT_EQ(read->metres.height(), kHeight);
    const float error = bits == 8 ? 4e-3f : 2e-5f;
    for (int y = 20; y < kHeight; y += 7)
      for (int x = 32; x < 64; x += 5)
        ASSERT_NEAR(read->metres(x, y), true_metres(x, y), error) << x << " " << y;
    EXPECT_NEAR(read->metres(2, 2), 1.5f * true_metres(63, kHeight - 1), 0.01f) << "behind the person";
  }
}

TEST(DepthPhoto, DynamicDepthComesBackAsItWasPutIn) {
  const TemporaryFolder folder;
  const auto path = folder / "portrait.jpg";
  save_depth_photo(make_photo(), make_depth(), path, {.form = DepthPhotoForm::dynamic_depth, .bits = 16});
  const auto read = read_embedded_depth(path);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->container, DepthContainer::dynamic_depth);
  EXPECT_TRUE(read->is_absolute);
  ASSERT_EQ(read->metres.width(), kWidth);
  for (int y = 20; y < kHeight; y += 7)
    for (int x = 32; x < 64; x += 5)
      ASSERT_NEAR(read->metres(x, y), true_metres(x, y), 2e-5f) << x << " " << y;
  EXPECT_EQ(load_photo(path).image.width(), kWidth);
  const auto pictures = list_embedded_pictures(path);
  ASSERT_EQ(pictures.size(), 1u);
  EXPECT_EQ(pictures[0].kind, "depth");
  EXPECT_EQ(pictures[0].width, kWidth);
  EXPECT_NEAR(pictures[0].least.value(), 0.9156f, 1e-3f);
  if (test::run_program("exiftool -ver").status != 0) GTEST_SKIP() << "exiftool is missing";
  const auto tags = test::run_program("exiftool -a -G1 -s " + test::shell_quoted(path));
  EXPECT_THAT(tags.output, testing::HasSubstr("RangeInverse"));
  EXPECT_THAT(tags.output, testing::HasSubstr("android/depthmap"));
}

// The film lies behind the still, and in Dynamic Depth's directory behind the depth.
TEST(EmbeddedDepth, MotionPhotosHaveTheDepthOfTheirStill) {
  const TemporaryFolder folder;
  const auto path = folder / "portrait.jpg";
  const std::string film = std::string(
                               "\0\0\0\x18"
                               "ftypmp42",
                               12) +
                           std::string(5000, 'x');
  for (const auto form : {DepthPhotoForm::gdepth, DepthPhotoForm::dynamic_depth, DepthPhotoForm::apple}) {
    save_depth_photo(make_photo(), make_depth(), path, {.form = form});
    const auto still = bytes_of(path);
    const EmbeddedDepth expected = *read_embedded_depth(still, "still.jpg");
    std::string text(still.begin(), still.end());
    if (form == DepthPhotoForm::dynamic_depth) {
      const std::string item =
          "<rdf:li rdf:parseType=\"Resource\"><Container:Item Item:Mime=\"video/mp4\" Item:Length=\"" +
          std::to_string(film.size()) + "\"/></rdf:li>";
      const std::size_t segment = text.find("http://ns.adobe.com/xap/1.0/") - 2;
      const std::size_t length =
          static_cast<unsigned char>(text[segment]) * 256u + static_cast<unsigned char>(text[segment + 1]);
      text.insert(text.find("</rdf:Seq></Container:Directory>"), item);
      text[segment] = static_cast<char>((length + item.size()) / 256);
      text[segment + 1] = static_cast<char>((length + item.size()) % 256);
    }
    text += film;
    const std::vector<std::uint8_t> motion(text.begin(), text.end());
    const auto read = read_embedded_depth(motion, "motion.jpg");
    ASSERT_TRUE(read);
    EXPECT_EQ(read->container, expected.container);
    EXPECT_THAT(read->metres.values(), testing::ElementsAreArray(expected.metres.values()));
    EXPECT_EQ(load_photo(motion, "motion.jpg").image.width(), kWidth);
  }
}

TEST(EmbeddedDepth, DamagedDynamicDepthIsAnError) {
  const TemporaryFolder folder;
  const auto path = folder / "portrait.jpg";
  save_depth_photo(make_photo(), make_depth(), path, {.form = DepthPhotoForm::dynamic_depth});
  std::ifstream stream(path, std::ios::binary);
  const std::string whole{std::istreambuf_iterator<char>(stream), {}};
  const auto fault = [&](const std::string& from, const std::string& to) {
    std::string text = whole;
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    text.replace(at, from.size(), to);
    return error_of([&] {
      (void)read_embedded_depth({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}, "a.jpg");
    });
  };
  EXPECT_THAT(fault("DepthURI=\"android", "DepthURI=\"another"),
              IsError(ErrorCode::unreadable, "not in the file"));
  EXPECT_THAT(fault("DepthMap:Near=\"", "DepthMap:Near=\"-"), IsError(ErrorCode::unreadable, "range"));
  EXPECT_THAT(fault("depthmap\" Item:Length=\"", "depthmap\" Item:Length=\"99999999"),
              IsError(ErrorCode::unreadable, "not in the file"));
}

TEST(DepthPhoto, ThePhotoStaysAPhotoThatExifToolReads) {
  if (test::run_program("exiftool -ver").status != 0) GTEST_SKIP() << "exiftool is missing";
  const TemporaryFolder folder;
  save_depth_photo(make_photo(), make_depth(), folder / "portrait.jpg", {});
  const auto result = test::run_program("exiftool -j -n -validate -warning -XMP-GDepth:all -ImageWidth -b " +
                                        test::shell_quoted(folder / "portrait.jpg"));
  ASSERT_EQ(result.status, 0) << result.output;
  const auto tags = nlohmann::json::parse(result.output)[0];
  EXPECT_EQ(tags["Format"], "RangeInverse");
  EXPECT_NEAR(tags["Near"].get<double>(), 0.9156, 1e-3);
  EXPECT_EQ(tags["Mime"], "image/png");
  EXPECT_EQ(tags["Units"], "m");
  EXPECT_EQ(tags["ImageWidth"], kWidth);
  EXPECT_FALSE(tags.contains("Warning")) << tags["Warning"];
  // exiftool prints the decoded data: the PNG itself.
  const auto data =
      test::run_program("exiftool -b -XMP-GDepth:DepthImage " + test::shell_quoted(folder / "portrait.jpg"));
  EXPECT_THAT(data.output, testing::HasSubstr("PNG"));
  EXPECT_EQ(load_photo(folder / "portrait.jpg").image.width(), kWidth);
}

TEST(DepthPhoto, LargeDepthIsSpreadOverManySegments) {
  const TemporaryFolder folder;
  Plane<float> metres(900, 700), mask(900, 700, 1.0f);
  std::mt19937 random(7);
  for (float& value : metres.values()) value = 0.5f + static_cast<float>(random() % 10000) / 10000;
  const DepthMap depth(metres, mask, Intrinsics::assumed(900, 700), 0.2f, 0.9f);
  save_depth_photo(make_photo(900, 700), depth, folder / "portrait.jpg", {.bits = 16});
  ASSERT_GT(std::filesystem::file_size(folder / "portrait.jpg"), 500'000u) << "noise does not compress";
  const auto read = read_embedded_depth(folder / "portrait.jpg");
  ASSERT_TRUE(read);
  EXPECT_NEAR(read->metres(700, 650), metres(700, 650), 1e-3f);
}

TEST(DepthPhoto, RejectsUnwritableDepthAndLeavesNoFile) {
  const TemporaryFolder folder;
  const DepthMap without_person(Plane<float>(kWidth, kHeight, std::nanf("")),
                                Plane<float>(kWidth, kHeight, 0.0f), Intrinsics::assumed(kWidth, kHeight),
                                0.2f, 0.9f);
  EXPECT_THAT(error_of([&] { save_depth_photo(make_photo(), without_person, folder / "a.jpg"); }),
              IsError(ErrorCode::invalid_argument, "a.jpg"));
  EXPECT_THAT(error_of([&] { save_depth_photo(make_photo(), make_depth(), folder / "a.png"); }),
              IsError(ErrorCode::unsupported, "JPEG"));
  EXPECT_THAT(error_of([&] { save_depth_photo(make_photo(10, 10), make_depth(), folder / "a.jpg"); }),
              IsError(ErrorCode::invalid_argument, "size"));
  for (const float metres : {0.0f, NAN, INFINITY}) {
    const auto save = [&] {
      save_depth_photo(make_photo(), make_depth(), folder / "a.jpg", {.background_metres = metres});
    };
    EXPECT_THAT(error_of(save), IsError(ErrorCode::invalid_argument, "background"));
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(DepthPair, NearIsWhiteAndTheBackgroundIsBlack) {
  const TemporaryFolder folder;
  const auto beside = save_depth_pair(make_photo(), make_depth(), folder / "portrait.jpg");
  EXPECT_EQ(beside.filename(), "portrait_depth.png");
  const auto depth = load_mask(beside, kWidth, kHeight);
  EXPECT_EQ(depth(2, 2), 0);
  EXPECT_NEAR(depth(32, 20), 1, 1e-3f) << "the nearest";
  EXPECT_GT(depth(40, 60), depth(60, 60));
  EXPECT_GT(depth(63, kHeight - 1), 0.2f);
}

TEST(DepthPair, ThePhotoThatCannotBeWrittenTakesItsDepthWithIt) {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder / "portrait.jpg");
  EXPECT_THAT(error_of([&] { save_depth_pair(make_photo(), make_depth(), folder / "portrait.jpg"); }),
              IsError(ErrorCode::unwritable, "portrait.jpg"));
  EXPECT_FALSE(std::filesystem::exists(folder / "portrait_depth.png"));
}

TEST(DepthPair, IsAsWideAsAJpegMayBe) {
  constexpr int kColumns = 60000;
  const TemporaryFolder folder;
  Plane<float> metres(kColumns, 2), mask(kColumns, 2, 1.0f);
  for (int y = 0; y < 2; ++y)
    for (int x = 0; x < kColumns; ++x) metres(x, y) = x < 50000 ? 1.0f : 0.5f;
  const DepthMap depth(metres, mask, Intrinsics::assumed(kColumns, 2), 0.2f, 0.9f);
  const auto beside = save_depth_pair(make_photo(kColumns, 2), depth, folder / "wide.jpg");
  const auto read = load_mask(beside, kColumns, 2);
  EXPECT_EQ(read(kColumns - 1, 1), 1) << "the nearest";
  EXPECT_LT(read(49000, 1), 0.6f);
}

TEST(EmbeddedDepth, IsTurnedWithThePhoto) {
  const TemporaryFolder folder;
  save_depth_photo(make_photo(), make_depth(), folder / "portrait.jpg", {.bits = 16});
  if (test::run_program("exiftool -n -Orientation=6 -overwrite_original " +
                        test::shell_quoted(folder / "portrait.jpg"))
          .status != 0)
    GTEST_SKIP() << "exiftool is missing";
  const auto photo = load_photo(folder / "portrait.jpg");
  const auto read = read_embedded_depth(folder / "portrait.jpg");
  ASSERT_TRUE(read);
  ASSERT_EQ(read->metres.width(), photo.image.width());
  ASSERT_EQ(read->metres.height(), photo.image.height());
  // A quarter turn clockwise moves (x, y) to (height - 1 - y, x).
  EXPECT_NEAR(read->metres(kHeight - 1 - 50, 40), true_metres(40, 50), 1e-4f);
  EXPECT_NEAR(read->metres(kHeight - 1 - 100, 60), true_metres(60, 100), 1e-4f);
}

TEST(EmbeddedDepth, APhotoWithoutDepthHasNone) {
  const TemporaryFolder folder;
  save_image(make_photo(), folder / "plain.jpg");
  save_image(make_photo(), folder / "plain.png");
  EXPECT_FALSE(read_embedded_depth(folder / "plain.jpg"));
  EXPECT_FALSE(read_embedded_depth(folder / "plain.png"));
  EXPECT_THAT(error_of([&] { read_embedded_depth(folder / "missing.jpg"); }),
              IsError(ErrorCode::not_found, "missing.jpg"));
}

// One of ours, its range of distances rewritten.
std::optional<EmbeddedDepth> with_range(const std::filesystem::path& path, const std::string& near,
                                        const std::string& far) {
  save_depth_photo(make_photo(), make_depth(), path);
  const auto bytes = bytes_of(path);
  std::string text(bytes.begin(), bytes.end());
  for (const auto& [name, value] : {std::pair("GDepth:Near=\"", near), {"GDepth:Far=\"", far}}) {
    const std::size_t at = text.find(name) + std::string_view(name).size(), end = text.find('"', at);
    text.replace(at, end - at, value + std::string(end - at - value.size(), ' '));
  }
  return read_embedded_depth({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}, "a.jpg");
}

TEST(EmbeddedDepth, InvalidDistancesAreNaN) {
  const TemporaryFolder folder;
  for (const auto& [near, far] : {std::pair("1e-60", "1e-50"), {"1e39", "1e40"}, {"1e-320", "1e300"}}) {
    const auto depth = with_range(folder / "a.jpg", near, far);
    ASSERT_TRUE(depth);
    for (const float metres : depth->metres.values())
      ASSERT_TRUE(std::isnan(metres) || (std::isfinite(metres) && metres > 0)) << near << ' ' << metres;
  }
}

// The person of both sensor photos is in the middle, at an arm's length, in front of the background.
void expect_a_selfie(const EmbeddedDepth& depth) {
  ASSERT_TRUE(depth.matte);
  double person = 0, behind = 0;
  int of_person = 0, of_behind = 0;
  for (int y = 0; y < depth.metres.height(); ++y)
    for (int x = 0; x < depth.metres.width(); ++x) {
      const float matte = (*depth.matte)(x * depth.matte->width() / depth.metres.width(),
                                         y * depth.matte->height() / depth.metres.height());
      const float z = depth.metres(x, y);
      if (!std::isfinite(z)) continue;
      if (matte > 0.9f) person += static_cast<double>(z), ++of_person;
      if (matte < 0.1f) behind += static_cast<double>(z), ++of_behind;
    }
  ASSERT_GT(of_person, 10000);
  ASSERT_GT(of_behind, 10000);
  EXPECT_GT(person / of_person, 0.25);
  EXPECT_LT(person / of_person, 1.0);
  EXPECT_GT(behind / of_behind, 1.3 * person / of_person);
  EXPECT_TRUE(depth.is_absolute);
}

TEST(EmbeddedDepth, ReadsTheDepthSensorOfAnIphonesJpeg) {
  const auto path = sensor_photo("iphone-truedepth.jpg");
  if (!path) GTEST_SKIP() << "no sensor photos beside the project";
  const auto depth = read_embedded_depth(*path);
  ASSERT_TRUE(depth);
  EXPECT_EQ(depth->container, DepthContainer::apple_jpeg);
  EXPECT_EQ(depth->metres.width(), 480);
  EXPECT_EQ(depth->metres.height(), 640);
  EXPECT_EQ(depth->matte->width(), 1158);
  ASSERT_TRUE(depth->intrinsics);
  EXPECT_NEAR(depth->intrinsics->fx, 2890.63f * 480 / 2316, 0.1f);
  EXPECT_NEAR(depth->intrinsics->cy, 1534.66f * 640 / 3088, 0.1f);
  const auto [least, most] =
      std::minmax_element(depth->metres.values().begin(), depth->metres.values().end());
  EXPECT_GE(*least, 1 / 2.8086f);
  EXPECT_LE(*most, 1 / 0.5541f);
  expect_a_selfie(*depth);
}

TEST(EmbeddedDepth, ReadsTheDepthSensorOfAnIphonesHeic) {
  const auto path = sensor_photo("iphone-truedepth.heic");
  if (!path) GTEST_SKIP() << "no sensor photos beside the project";
  const auto depth = read_embedded_depth(*path);
  ASSERT_TRUE(depth);
  EXPECT_EQ(depth->container, DepthContainer::apple_heic);
  const auto photo = load_photo(*path);
  EXPECT_EQ(depth->metres.width() < depth->metres.height(), photo.image.width() < photo.image.height());
  ASSERT_TRUE(depth->intrinsics);
  EXPECT_NEAR(depth->intrinsics->fx / depth->intrinsics->fy, 1, 0.01f);
  const auto [least, most] =
      std::minmax_element(depth->metres.values().begin(), depth->metres.values().end());
  EXPECT_GE(*least, 1 / 3.768f);
  EXPECT_LE(*most, 1 / 0.508f);
  expect_a_selfie(*depth);
}

// Damaged files end in an Error or in no depth; `make test-asan` runs this under the sanitizers.
void expect_no_harm(const std::vector<std::uint8_t>& bytes, int rounds, std::size_t most_damaged) {
  std::mt19937 random(11);
  const auto try_reading = [](const std::vector<std::uint8_t>& damaged) {
    try {
      (void)read_embedded_depth(damaged, "damaged");
    } catch (const Error& error) {
      EXPECT_THAT(error.what(), testing::HasSubstr("damaged"));
    }
  };
  for (int i = 0; i < rounds; ++i) {
    std::vector<std::uint8_t> damaged = bytes;
    for (int k = 0; k < 4; ++k)
      damaged[random() % std::min(most_damaged, damaged.size())] = static_cast<std::uint8_t>(random());
    if (i % 3 == 0) damaged.resize(1 + random() % damaged.size());
    try_reading(damaged);
  }
}

// tests/fuzz mutates these seeds. Unchanged, they are valid.
TEST(EmbeddedDepth, ReadsTheSeedsOfTheFuzzTarget) {
  const auto seeds = std::filesystem::path(PORTRAIT_DEPTH_SOURCE_DIR) / "tests/fuzz/corpus/embedded_depth";
  const auto apple = read_embedded_depth(seeds / "apple.jpg");
  ASSERT_TRUE(apple && apple->matte && apple->intrinsics);
  EXPECT_EQ(apple->container, DepthContainer::apple_jpeg);
  EXPECT_EQ(apple->metres.width(), 12) << "turned by its EXIF";
  for (const char* name : {"gdepth.jpg", "extended.jpg"}) {
    const auto google = read_embedded_depth(seeds / name);
    ASSERT_TRUE(google) << name;
    EXPECT_EQ(google->container, DepthContainer::gdepth);
    EXPECT_NEAR(google->metres(0, 6), 0.5f, 0.01f) << name << ": black is near";
    EXPECT_GT(google->metres(15, 6), 1.5f) << name;
  }
}

// As recent phones write them: the depth and the matte name two pictures each, and the first one of the depth
// is not the photo.
TEST(EmbeddedDepth, ReadsDepthAndMatteThatBelongToTwoPictures) {
  const auto seeds = std::filesystem::path(PORTRAIT_DEPTH_SOURCE_DIR) / "tests/fuzz/corpus/embedded_depth";
  const auto shared = read_embedded_depth(seeds / "two-targets.heic"),
             single = read_embedded_depth(seeds / "depth.heic");
  ASSERT_TRUE(shared && single);
  EXPECT_EQ(shared->container, DepthContainer::apple_heic);
  EXPECT_THAT(shared->metres.values(), testing::ElementsAreArray(single->metres.values()));
  EXPECT_NEAR(shared->metres(0, 6), 1 / 0.5f, 0.1f) << "the least disparity of the XMP";
  EXPECT_NEAR(shared->metres(15, 6), 1 / (0.5f + 1.5f * 240 / 255), 0.02f);
  EXPECT_FALSE(single->matte);
  ASSERT_TRUE(shared->matte);
  EXPECT_NEAR((*shared->matte)(0, 6), 0, 0.04f);
  EXPECT_NEAR((*shared->matte)(15, 6), 240 / 255.0f, 0.04f);
}

// One matte that the index names 64 times is decoded once.
TEST(EmbeddedDepth, AnIndexThatNamesOnePictureManyTimesCostsOneDecoding) {
  const char* shared = std::getenv("PORTRAIT_DEPTH_SHARED");
  const auto path = (shared != nullptr ? std::filesystem::path(shared)
                                       : std::filesystem::path(PORTRAIT_DEPTH_SOURCE_DIR) / "../shared") /
                    "inputs/hostile/mpf-64-mattes.jpg";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "the folder of hostile inputs is missing";
  const std::clock_t start = std::clock();
  try {
    (void)read_embedded_depth(path);
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("mpf-64-mattes.jpg"));
  }
  EXPECT_LT(static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC, 10);
}

TEST(EmbeddedDepth, DamagedSensorPhotosEndInAnErrorOrInNoDepth) {
  for (const char* name : {"iphone-truedepth.jpg", "iphone-truedepth.heic"}) {
    const auto path = sensor_photo(name);
    if (!path) GTEST_SKIP() << "no sensor photos beside the project";
    expect_no_harm(bytes_of(*path), 12, 20000);
  }
}

}  // namespace
}  // namespace portrait_depth
