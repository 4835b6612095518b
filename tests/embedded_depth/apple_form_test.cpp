#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <libheif/heif.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "../error_of.hpp"
#include "../programs.hpp"
#include "../temporary_folder.hpp"
#include "containers/depth_information.hpp"
#include "containers/heif_items.hpp"
#include "containers/heif_writer.hpp"
#include "depth_parts/depth_parts.hpp"
#include "portrait_depth/embedded_depth.hpp"
#include "portrait_depth/io.hpp"
#include "slanted_person.hpp"

namespace portrait_depth {
namespace {

using namespace test::slanted_person;
using test::TemporaryFolder;

class AppleForm : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    const bool is_heic = std::string(GetParam()) == "a.heic";
    if (is_heic && heif_have_encoder_for_format(heif_compression_HEVC) == 0)
      GTEST_SKIP() << "this libheif has no HEVC encoder";
    options_.form = DepthPhotoForm::apple;
    path_ = folder_ / GetParam();
  }
  const TemporaryFolder folder_;
  std::filesystem::path path_;
  DepthPhotoOptions options_;
};

TEST_P(AppleForm, DepthMatteAndCameraComeBack) {
  save_depth_photo(make_photo(), make_depth(), path_, options_);
  const auto read = read_embedded_depth(path_);
  ASSERT_TRUE(read);
  const bool is_jpeg = path_.extension() == ".jpg";
  EXPECT_EQ(read->container, is_jpeg ? DepthContainer::apple_jpeg : DepthContainer::apple_heic);
  EXPECT_TRUE(read->is_absolute);
  ASSERT_EQ(read->metres.width(), kWidth);
  ASSERT_EQ(read->metres.height(), kHeight);
  ASSERT_TRUE(read->matte && read->intrinsics);
  for (int y = 24; y < kHeight; y += 7)
    for (int x = 36; x < 60; x += 5) {
      ASSERT_NEAR(read->metres(x, y), true_metres(x, y), 0.012f) << x << " " << y;
      ASSERT_NEAR((*read->matte)(x, y), 1, 0.02f);
    }
  EXPECT_NEAR(read->metres(2, 2), 1.5f * true_metres(63, kHeight - 1), 0.02f) << "behind the person";
  EXPECT_NEAR((*read->matte)(2, 2), 0, 0.02f);
  EXPECT_NEAR(read->intrinsics->fx, make_depth().intrinsics().fx, 0.01f);
  const Photo photo = load_photo(path_);
  for (int y = 8; y < kHeight; y += 30)
    for (int x = 8; x < kWidth; x += 20)
      for (int channel = 0; channel < 3; ++channel)
        ASSERT_NEAR(photo.image.pixel(x, y)[channel], make_photo().pixel(x, y)[channel], 6)
            << x << " " << y << " " << channel;
}

TEST_P(AppleForm, OddSizesComeBack) {
  constexpr int kOddWidth = 75, kOddHeight = 101;
  const DepthMap depth(Plane<float>(kOddWidth, kOddHeight, 1.0f), Plane<float>(kOddWidth, kOddHeight, 1.0f),
                       Intrinsics::assumed(kOddWidth, kOddHeight), 0.2f, 0.9f);
  options_.max_side = 67;
  save_depth_photo(make_photo(kOddWidth, kOddHeight), depth, path_, options_);
  const Photo photo = load_photo(path_);
  EXPECT_EQ(photo.image.width(), kOddWidth);
  EXPECT_EQ(photo.image.height(), kOddHeight);
  const auto read = read_embedded_depth(path_);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->metres.width(), 64);
  EXPECT_EQ(read->metres.height(), 66);
  EXPECT_NEAR(read->metres(20, 30), 1, 0.01f);
}

TEST_P(AppleForm, PicturesAreListedAndExifIsKept) {
  options_.capture = {"2024:05:31 12:30:00", "Maker", "Model 7"};
  save_depth_photo(make_photo(), make_depth(), path_, options_);
  const auto pictures = list_embedded_pictures(path_);
  ASSERT_EQ(pictures.size(), 2u);
  EXPECT_EQ(pictures[0].kind, "disparity");
  EXPECT_EQ(pictures[0].unit, "1/m");
  EXPECT_TRUE(pictures[0].has_camera);
  EXPECT_NEAR(*pictures[0].most, 1 / true_metres(32, 20), 1e-3f);
  EXPECT_EQ(pictures[1].kind, "portrait matte");
  const PhotoInfo info = read_photo_info(path_);
  EXPECT_EQ(info.capture_time, "2024:05:31 12:30:00");
  EXPECT_EQ(info.camera_model, "Model 7");
}

TEST_P(AppleForm, ExifToolReadsIt) {
  if (test::run_program("exiftool -ver").status != 0) GTEST_SKIP() << "exiftool is missing";
  save_depth_photo(make_photo(), make_depth(), path_, options_);
  const auto tags =
      test::run_program("exiftool -a -G1 -s -validate -warning -error " + test::shell_quoted(path_));
  // ExifTool says this of an iPhone's files too.
  const std::string known = "Duplicate tag 'auxl' at MOV-Meta-ItemReference";
  std::string text = tags.output;
  if (const std::size_t at = text.find(known); at != std::string::npos) text.erase(at, known.size());
  EXPECT_THAT(text, testing::Not(testing::ContainsRegex("Warning +: [^ \n]")));
  EXPECT_THAT(text, testing::Not(testing::HasSubstr("Error")));
  const auto all = test::run_program("exiftool -a -ee -G1 -s " + test::shell_quoted(path_));
  if (path_.extension() == ".heic") {
    EXPECT_THAT(all.output, testing::HasSubstr("urn:com:apple:photo:2018:aux:portraiteffectsmatte"));
    EXPECT_THAT(all.output, testing::ContainsRegex("FloatMaxValue +: 1\\.0"));
  } else {
    EXPECT_THAT(all.output, testing::ContainsRegex("NumberOfImages +: 3"));
    EXPECT_THAT(all.output, testing::HasSubstr("Baseline MP Primary Image"));
  }
}

INSTANTIATE_TEST_SUITE_P(Files, AppleForm, testing::Values("a.jpg", "a.heic"));

class AppleHeic : public testing::Test {
 protected:
  void SetUp() override {
    if (heif_have_encoder_for_format(heif_compression_HEVC) == 0) GTEST_SKIP() << "no HEVC encoder";
    const TemporaryFolder folder;
    save_depth_photo(make_photo(), make_depth(), folder / "a.heic");
    bytes_ = bytes_of(folder / "a.heic");
  }
  std::vector<std::uint8_t> bytes_;
};

TEST_F(AppleHeic, LibheifFindsTheRangeInTheDepthInformation) {
  const std::unique_ptr<heif_context, decltype(&heif_context_free)> context(heif_context_alloc(),
                                                                            heif_context_free);
  ASSERT_EQ(heif_context_read_from_memory(context.get(), bytes_.data(), bytes_.size(), nullptr).code, 0);
  heif_image_handle* photo = nullptr;
  ASSERT_EQ(heif_context_get_primary_image_handle(context.get(), &photo).code, 0);
  heif_item_id id = 0;
  ASSERT_EQ(heif_image_handle_get_list_of_depth_image_IDs(photo, &id, 1), 1);
  const heif_depth_representation_info* found = nullptr;
  ASSERT_NE(heif_image_handle_get_depth_image_representation_info(photo, id, &found), 0);
  EXPECT_EQ(found->depth_representation_type, heif_depth_representation_type_uniform_disparity);
  EXPECT_NEAR(found->d_max, 1 / true_metres(32, 20), 1e-5);
  EXPECT_NEAR(found->d_min, 1 / (1.5 * true_metres(63, kHeight - 1)), 1e-5);
  heif_depth_representation_info_free(found);
  heif_image_handle_release(photo);
}

TEST_F(AppleHeic, TheRangeIsReadFromTheDepthInformationIfTheXmpHasNone) {
  auto bytes = bytes_;
  const EmbeddedDepth by_xmp = *read_embedded_depth(bytes, "a.heic");
  for (const std::string name : {"FloatMinValue", "FloatMaxValue"}) {
    auto at = std::search(bytes.begin(), bytes.end(), name.begin(), name.end());
    for (; at != bytes.end(); at = std::search(at, bytes.end(), name.begin(), name.end())) *at = 'f';
  }
  const EmbeddedDepth by_information = *read_embedded_depth(bytes, "a.heic");
  EXPECT_THAT(by_information.metres.values(),
              testing::Pointwise(testing::FloatNear(1e-5f), by_xmp.metres.values()));
  EXPECT_TRUE(io::depth_parts(bytes, "a.heic"));
}

TEST(DepthInformation, ComesBack) {
  for (const auto& [least, most] : {std::pair{0.5f, 2.0f}, {0.125f, 0.25f}, {1.0f, 1.0f}, {1e-5f, 700.3f}}) {
    const std::string text = io::disparity_information(least, most);
    const std::vector<std::uint8_t> bytes(text.begin(), text.end());
    const auto read = io::depth_information(bytes);
    ASSERT_TRUE(read);
    EXPECT_TRUE(read->is_disparity);
    EXPECT_EQ(static_cast<float>(read->least), least);
    EXPECT_EQ(static_cast<float>(read->most), most);
    for (std::size_t size = 0; size + 1 < bytes.size(); ++size)
      EXPECT_FALSE(io::depth_information(io::ByteSpan(bytes).first(size))) << size;
  }
}

// From an iPhone's HEIC; libheif reads 0.508301 and 3.767578.
TEST(DepthInformation, ReadsAPhones) {
  const std::vector<std::uint8_t> bytes = {0x00, 0x00, 0x00, 0x11, 0x00, 0x00, 0x00, 0x0D, 0x4E, 0x01, 0xB1,
                                           0x09, 0x35, 0x1E, 0x78, 0x22, 0x01, 0x03, 0xF8, 0x90, 0x20};
  const auto read = io::depth_information(bytes);
  ASSERT_TRUE(read);
  EXPECT_TRUE(read->is_disparity);
  EXPECT_NEAR(read->least, 0.508301, 1e-5);
  EXPECT_NEAR(read->most, 3.767578, 1e-5);
}

TEST_F(AppleHeic, ABrowserFindsThePartsThatLibheifReads) {
  const auto parts = io::depth_parts(bytes_, "a.heic");
  ASSERT_TRUE(parts);
  EXPECT_EQ(parts->container, DepthContainer::apple_heic);
  const Photo depth = load_photo(parts->depth.own, "depth.heic");
  EXPECT_EQ(depth.image.width(), kWidth);
  EXPECT_GT(depth.image.pixel(34, 24)[0], 200) << "near is white";
  EXPECT_LT(depth.image.pixel(2, 2)[0], 4);
}

TEST(HeicForms, OthersThanApplesAreRejected) {
  const TemporaryFolder folder;
  for (const auto form : {DepthPhotoForm::gdepth, DepthPhotoForm::dynamic_depth}) {
    const auto save = [&] {
      save_depth_photo(make_photo(), make_depth(), folder / "a.heic", {.form = form});
    };
    EXPECT_THAT(error_of(save), IsError(ErrorCode::unsupported, "Apple's form"));
  }
  const auto deep = [&] { save_depth_photo(make_photo(), make_depth(), folder / "a.heic", {.bits = 16}); };
  EXPECT_THAT(error_of(deep), IsError(ErrorCode::invalid_argument, "8 bits"));
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(HeifFile, ItemsPropertiesAndReferencesComeBack) {
  const std::string size = io::heif_full_box("ispe", std::string(8, '\1'));
  const std::string text = io::heif_file(
      "heic",
      {{.type = "hvc1", .properties = {size}, .data = "picture"},
       {.type = "hvc1", .properties = {size, io::heif_full_box("auxC", "kind")}, .data = "depth"},
       {.type = "mime", .content_type = "text/plain", .data = "note", .is_hidden = true}},
      {{"auxl", 1, 0}, {"cdsc", 2, 1}});
  const std::vector<std::uint8_t> file(text.begin(), text.end());
  const auto children = io::meta_children(file);
  ASSERT_TRUE(children);
  EXPECT_EQ(io::main_picture(file, children), 1u);
  const auto items = io::heif_items(file, children);
  ASSERT_TRUE(items);
  EXPECT_EQ(io::as_text(items->at(1).parts.at(0)), "picture");
  EXPECT_EQ(io::as_text(items->at(2).parts.at(0)), "depth");
  EXPECT_EQ(items->at(3).type, "mime");
  EXPECT_EQ(io::as_text(items->at(3).parts.at(0)), "note");
  const auto properties = io::item_properties(file, children);
  ASSERT_TRUE(properties);
  EXPECT_EQ(properties->at(1).size(), 1u);
  ASSERT_EQ(properties->at(2).size(), 2u);
  EXPECT_EQ(properties->at(2)[0].start, properties->at(1)[0].start) << "one box serves both";
  EXPECT_EQ(properties->at(2)[1].type, "auxC");
  const auto references = io::heif_references(file, children);
  ASSERT_EQ(references.size(), 2u);
  EXPECT_EQ(references[0].type, "auxl");
  EXPECT_EQ(references[0].from, 2u);
  EXPECT_EQ(references[0].to, 1u);
}

}  // namespace
}  // namespace portrait_depth
