// Photos that other programs read as a wrong picture.
#include <vips/vips.h>

#include <cmath>
#include <cstring>

#include "../temporary_folder.hpp"
#include "file_fixture.hpp"
#include "io/heif_boxes.hpp"
#include "io/heif_pictures.hpp"
#include "io/jpeg_scans.hpp"
#include "portrait_depth/io.hpp"
#include "shared_inputs.hpp"

namespace portrait_depth {
namespace {

using test::expect_error;
using test::expect_quadrants;
using test::kAsStored;
using test::output_of;
using test::quadrants;

/// One directory of a little-endian TIFF: tags with one number each, and 8-bit samples.
struct TiffPage {
  std::vector<std::pair<std::uint16_t, std::vector<std::uint32_t>>> tags;
  std::vector<std::uint8_t> samples;
};

class UnusualPhotos : public test::FileTest {
 protected:
  static void put(std::vector<std::uint8_t>& bytes, std::uint32_t value, int size) {
    for (int i = 0; i < size; ++i) bytes.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
  }

  static TiffPage page(const Image& image, int extra_samples = 0) {
    constexpr std::uint32_t kRgb = 2;
    TiffPage result;
    const auto samples = static_cast<std::uint32_t>(3 + extra_samples);
    for (int y = 0; y < image.height(); ++y)
      for (int x = 0; x < image.width(); ++x) {
        result.samples.insert(result.samples.end(), image.pixel(x, y), image.pixel(x, y) + 3);
        result.samples.insert(result.samples.end(), static_cast<std::size_t>(extra_samples),
                              static_cast<std::uint8_t>(x * 7));
      }
    result.tags = {{256, {static_cast<std::uint32_t>(image.width())}},
                   {257, {static_cast<std::uint32_t>(image.height())}},
                   {258, std::vector<std::uint32_t>(samples, 8)},
                   {259, {1}},
                   {262, {kRgb}},
                   {277, {samples}},
                   {278, {static_cast<std::uint32_t>(image.height())}},
                   {279, {static_cast<std::uint32_t>(result.samples.size())}}};
    if (extra_samples > 0)
      result.tags.push_back({338, std::vector<std::uint32_t>(static_cast<std::size_t>(extra_samples), 0)});
    return result;
  }

  static void set(TiffPage& page, std::uint16_t tag, std::uint32_t value) {
    std::erase_if(page.tags, [&](const auto& entry) { return entry.first == tag; });
    page.tags.push_back({tag, {value}});
  }

  /// The pages as a chain; those of `sub_pages` are SubIFDs of the first one.
  std::string tiff(const std::string& name, std::vector<TiffPage> pages,
                   std::vector<TiffPage> sub_pages = {}) {
    std::vector<std::uint8_t> bytes = {'I', 'I', 42, 0, 0, 0, 0, 0};
    std::vector<std::uint32_t> sub_offsets;
    for (TiffPage& sub : sub_pages) sub_offsets.push_back(append(bytes, sub).first);
    if (!sub_offsets.empty()) pages[0].tags.push_back({330, sub_offsets});
    std::size_t link = 4;
    for (TiffPage& each : pages) {
      const auto [offset, next] = append(bytes, each);
      for (std::size_t i = 0; i < 4; ++i) bytes[link + i] = static_cast<std::uint8_t>(offset >> (8 * i));
      link = next;
    }
    write_bytes(path(name), bytes.data(), bytes.size());
    return path(name);
  }

 private:
  // Returns the offsets of the directory and of its field for the next one's offset.
  static std::pair<std::uint32_t, std::size_t> append(std::vector<std::uint8_t>& bytes, TiffPage& page) {
    set(page, 273, static_cast<std::uint32_t>(bytes.size()));
    bytes.insert(bytes.end(), page.samples.begin(), page.samples.end());
    if (bytes.size() % 2 != 0) bytes.push_back(0);
    std::sort(page.tags.begin(), page.tags.end());
    std::vector<std::uint32_t> places;
    for (const auto& [tag, values] : page.tags) {
      places.push_back(static_cast<std::uint32_t>(bytes.size()));
      if (values.size() > 1)
        for (const std::uint32_t value : values) put(bytes, value, 4);
    }
    const auto offset = static_cast<std::uint32_t>(bytes.size());
    put(bytes, static_cast<std::uint32_t>(page.tags.size()), 2);
    for (std::size_t i = 0; i < page.tags.size(); ++i) {
      const auto& [tag, values] = page.tags[i];
      put(bytes, tag, 2);
      put(bytes, 4, 2);  // LONG
      put(bytes, static_cast<std::uint32_t>(values.size()), 4);
      put(bytes, values.size() > 1 ? places[i] : values[0], 4);
    }
    const std::size_t next = bytes.size();
    put(bytes, 0, 4);
    return {offset, next};
  }
};

TEST_F(UnusualPhotos, TheFirstTiffPageAtFullSizeIsThePhoto) {
  TiffPage preview = page(quadrants(16, 12));
  set(preview, 254, 1);
  const Photo chained = load_photo(tiff("chain.tif", {preview, page(quadrants(64, 48))}));
  EXPECT_EQ(chained.image.width(), 64);
  expect_quadrants(chained.image, kAsStored, 0);
  const Photo nested = load_photo(tiff("nested.tif", {preview}, {page(quadrants(64, 48))}));
  EXPECT_EQ(nested.image.width(), 64);
  expect_quadrants(nested.image, kAsStored, 0);
  EXPECT_EQ(load_photo(tiff("alone.tif", {preview})).image.width(), 16) << "a preview saved alone";
  expect_error(ErrorCode::unsupported, "previews.tif: unsupported: a TIFF with reduced pictures only", [&] {
    load_photo(tiff("previews.tif", {preview, preview}));
  });
}

TEST_F(UnusualPhotos, RawFilesAreRejectedAsRaw) {
  TiffPage preview = page(quadrants(16, 12)), sensor = page(quadrants(64, 48));
  set(preview, 254, 1);
  set(sensor, 262, 32803);
  expect_error(ErrorCode::unsupported, "a.nef: unsupported: camera RAW",
               [&] { load_photo(tiff("a.nef", {preview}, {sensor})); });
  set(preview, 50706, 0x00000401);
  expect_error(ErrorCode::unsupported, "a.dng: unsupported: camera RAW (DNG). Develop it",
               [&] { load_photo(tiff("a.dng", {preview}, {page(quadrants(64, 48))})); });
  const char cr3[] =
      "\0\0\0\x18"
      "ftypcrx \0\0\0\1crx isom";
  write_bytes(path("a.cr3"), cr3, sizeof cr3);
  expect_error(ErrorCode::unsupported, "camera RAW (Canon CR3)", [&] { load_photo(path("a.cr3")); });
}

TEST_F(UnusualPhotos, SavedSelectionsOfATiffAreIgnored) {
  for (const int extra : {1, 2, 3}) {
    const Photo loaded = load_photo(tiff("selection.tif", {page(quadrants(64, 48), extra)}));
    EXPECT_FALSE(loaded.info.has_alpha);
    expect_quadrants(loaded.image, kAsStored, 0);
  }
}

TEST_F(UnusualPhotos, TheAlphaOfACutOutIsTheMask) {
  Image image = quadrants(64, 48, 4);
  const auto mask_of = [&] {
    write_bytes(path("raw"), image.bytes().data(), image.bytes().size());
    output_of("ffmpeg -v error -y -f rawvideo -pix_fmt rgba -s 64x48 -i '" + path("raw") + "' '" +
              path("m.png") + "'");
    return load_mask(path("m.png"), 64, 48);
  };
  EXPECT_NEAR(mask_of()(16, 12), test::kQuadrantColors[0][0] / 255.0f, 0.01)
      << "an opaque picture's first channel";
  for (int y = 0; y < 48; ++y)
    for (int x = 0; x < 32; ++x) image.pixel(x, y)[3] = 0;
  const Plane<float> mask = mask_of();
  EXPECT_NEAR(mask(16, 12), 0, 0.01);
  EXPECT_NEAR(mask(48, 12), 1, 0.01);
  EXPECT_NEAR(mask(48, 36), 1, 0.01);
}

TEST_F(UnusualPhotos, AFilmOfAvifGivesItsFirstFrame) {
  const auto writer = create_video_writer(path("film.avif"));
  writer->write(quadrants(64, 48));
  for (int i = 0; i < 4; ++i) writer->write(Image(64, 48));
  writer->finish();
  const Photo loaded = load_photo(path("film.avif"));
  EXPECT_EQ(loaded.info.format, "avif");
  expect_quadrants(loaded.image, kAsStored, 20);
}

/// A PNG of one color with 16-bit code values and a cICP chunk.
std::vector<std::uint8_t> signaled_png(const std::array<double, 3>& color, int primaries, int transfer) {
  std::vector<std::uint16_t> pixels;
  for (int i = 0; i < 16 * 16; ++i)
    for (const double value : color) pixels.push_back(static_cast<std::uint16_t>(std::lround(65535 * value)));
  VipsImage* memory =
      vips_image_new_from_memory(pixels.data(), 2 * pixels.size(), 16, 16, 3, VIPS_FORMAT_USHORT);
  VipsImage* image = nullptr;
  vips_copy(memory, &image, "interpretation", VIPS_INTERPRETATION_RGB16, nullptr);
  void* data = nullptr;
  std::size_t size = 0;
  vips_pngsave_buffer(image, &data, &size, nullptr);
  std::vector<std::uint8_t> png(static_cast<std::uint8_t*>(data), static_cast<std::uint8_t*>(data) + size);
  g_free(data);
  g_object_unref(image);
  g_object_unref(memory);
  constexpr std::ptrdiff_t kBehindHeader = 33;
  const std::vector<std::uint8_t> chunk = {0,
                                           0,
                                           0,
                                           4,
                                           'c',
                                           'I',
                                           'C',
                                           'P',
                                           static_cast<std::uint8_t>(primaries),
                                           static_cast<std::uint8_t>(transfer),
                                           0,
                                           1,
                                           0,
                                           0,
                                           0,
                                           0};
  png.insert(png.begin() + kBehindHeader, chunk.begin(), chunk.end());
  return png;
}

double pq_code(double nits) {  // SMPTE ST 2084's inverse curve
  const double y = std::pow(nits / 10000, 2610.0 / 16384);
  return std::pow((3424.0 / 4096 + 2413.0 / 128 * y) / (1 + 2392.0 / 128 * y), 2523.0 / 32);
}

test::Color loaded_color(const std::vector<std::uint8_t>& png) {
  const Photo photo = load_photo(png, "signal.png");
  const std::uint8_t* pixel = photo.image.pixel(8, 8);
  return {pixel[0], pixel[1], pixel[2]};
}

TEST_F(UnusualPhotos, ColorSignalsBecomeSrgb) {
  ASSERT_EQ(VIPS_INIT("test"), 0);
  constexpr int kBt709 = 1, kBt2020 = 9, kDisplayP3 = 12, kSrgb = 13, kPq = 16, kHlg = 18;
  const auto expect_color = [](const std::vector<std::uint8_t>& png, const test::Color& expected,
                               int tolerance) {
    const test::Color found = loaded_color(png);
    for (std::size_t c = 0; c < 3; ++c) EXPECT_NEAR(found[c], expected[c], tolerance) << "channel " << c;
  };
  // The two spaces' matrices give this pair, as in the test of profiles.
  expect_color(signaled_png({180 / 255.0, 100 / 255.0, 60 / 255.0}, kDisplayP3, kSrgb), {193, 95, 49}, 1);
  expect_color(signaled_png({180 / 255.0, 100 / 255.0, 60 / 255.0}, kBt709, kSrgb), {180, 100, 60}, 1);
  // Reference white, and a fifth of its light (sRGB 124), in PQ and HLG.
  const double white = pq_code(203), dim = pq_code(203 * 0.2);
  expect_color(signaled_png({white, white, white}, kBt2020, kPq), {255, 255, 255}, 1);
  expect_color(signaled_png({dim, dim, dim}, kBt2020, kPq), {124, 124, 124}, 1);
  expect_color(signaled_png({0.75, 0.75, 0.75}, kBt2020, kHlg), {255, 255, 255}, 2);
  expect_color(signaled_png({pq_code(4000), pq_code(4000), pq_code(4000)}, kBt2020, kPq), {255, 255, 255}, 1);
  expect_error(ErrorCode::unsupported, "signal.png: unsupported: the color curve 17", [] {
    loaded_color(signaled_png({0.5, 0.5, 0.5}, kBt709, 17));
  });
  expect_error(ErrorCode::unsupported, "the color primaries 10", [] {
    loaded_color(signaled_png({0.5, 0.5, 0.5}, 10, kSrgb));
  });
}

TEST_F(UnusualPhotos, AJpegWithoutItsEndMarkerOpensWithAWarning) {
  Image image = quadrants(400, 300);
  for (std::size_t i = 0; i < image.bytes().size(); ++i)
    image.bytes()[i] = static_cast<std::uint8_t>(image.bytes()[i] ^ (i * 2654435761u >> 29));
  save_image(image, path("a.jpg"));
  const auto whole = bytes_of(path("a.jpg"));
  EXPECT_EQ(load_photo(whole, "a.jpg").info.warning, "");
  const std::span<const std::uint8_t> bytes(whole);
  const Photo loaded = load_photo(bytes.first(whole.size() - 2), "a.jpg");
  EXPECT_EQ(loaded.info.warning, "the JPEG lacks its end marker");
  EXPECT_TRUE(std::ranges::equal(loaded.image.bytes(), load_photo(whole, "a.jpg").image.bytes()));
  for (const std::size_t cut : {whole.size() / 2, whole.size() * 3 / 4, whole.size() - 40})
    expect_error(ErrorCode::unreadable, "a.jpg: damaged: ", [&] {
      SCOPED_TRACE(cut);
      load_photo(bytes.first(cut), "a.jpg");
    });
}

TEST_F(UnusualPhotos, AJpegOfManyScansIsRejectedBeforeDecoding) {
  ASSERT_EQ(VIPS_INIT("test"), 0);
  save_image(quadrants(64, 48), path("a.png"));
  output_of("ffmpeg -v error -y -i '" + path("a.png") + "' '" + path("a.jpg") + "'");
  auto bytes = bytes_of(path("a.jpg"));
  constexpr std::array<std::uint8_t, 2> kStartOfScan = {0xFF, 0xDA};
  const auto scan = std::search(bytes.begin(), bytes.end(), kStartOfScan.begin(), kStartOfScan.end());
  const std::vector<std::uint8_t> data(scan, bytes.end() - 2);
  for (int i = 0; i < 200; ++i) bytes.insert(bytes.end() - 2, data.begin(), data.end());
  EXPECT_EQ(io::jpeg_scans(bytes).count, 201);
  expect_error(ErrorCode::too_large, "a.jpg: too large: the JPEG has 201 scans; the limit is 100",
               [&] { load_photo(bytes, "a.jpg"); });
}

TEST_F(UnusualPhotos, SidesAreLimitedBeforeDecoding) {
  ASSERT_EQ(VIPS_INIT("test"), 0);
  VipsImage* image = nullptr;
  ASSERT_EQ(vips_black(&image, 1, 300'000, nullptr), 0);
  ASSERT_EQ(vips_pngsave(image, path("line.png").c_str(), nullptr), 0);
  g_object_unref(image);
  expect_error(ErrorCode::too_large, "line.png: too large: a side of more than",
               [&] { load_photo(path("line.png")); });
}

TEST_F(UnusualPhotos, AuxiliaryPicturesOfTwoTargetsBelongToTheMainOne) {
  std::string file(
      "\0\0\0\x10"
      "ftypheic\0\0\0\0",
      16);
  const std::string main(
      "\0\0\0\x0E"
      "pitm\0\0\0\0\0\7",
      14);
  const std::string auxiliary(
      "\0\0\0\x10"
      "auxl\0\3\0\2\0\5\0\7",
      16),
      thumbnail(
          "\0\0\0\x0E"
          "thmb\0\4\0\1\0\7",
          14);
  const std::string references = std::string(
                                     "\0\0\0\x2A"
                                     "iref\0\0\0\0",
                                     12) +
                                 auxiliary + thumbnail;
  file += std::string(
              "\0\0\0\x44"
              "meta\0\0\0\0",
              12) +
          main + references;
  file += std::string(
              "\0\0\0\0"
              "mdat",
              8) +
          "pixels";
  const auto* data = reinterpret_cast<const std::uint8_t*>(file.data());
  const auto mended = io::with_single_auxiliary_targets({data, file.size()});
  ASSERT_TRUE(mended.has_value());
  const std::string text(mended->begin(), mended->end());
  EXPECT_EQ(text.substr(16, 8), std::string("\0\0\0\x44"
                                            "free",
                                            8))
      << "the old box keeps its place";
  EXPECT_EQ(text.find("pixels"), file.find("pixels")) << "pictures keep their place";
  EXPECT_EQ(text.substr(84, 8), std::string("\0\0\0\x0E"
                                            "mdat",
                                            8))
      << "a last box without a size gets one";
  EXPECT_NE(text.find(std::string("\0\0\0\x0E"
                                  "auxl\0\3\0\1\0\7",
                                  14) +
                      thumbnail),
            std::string::npos);
  EXPECT_FALSE(io::with_single_auxiliary_targets(*mended).has_value()) << "one pass is enough";
  for (std::size_t size = 0; size < file.size(); ++size)
    (void)io::with_single_auxiliary_targets({data, size});
}

/// A gray picture as libheif writes it; empty if this libheif lacks the encoder.
std::vector<std::uint8_t> coded_picture(int width, int height, VipsForeignHeifCompression compression) {
  VipsImage* image = nullptr;
  void* data = nullptr;
  std::size_t size = 0;
  EXPECT_EQ(vips_black(&image, width, height, "bands", 3, nullptr), 0);
  const int result = vips_heifsave_buffer(image, &data, &size, "compression", compression, nullptr);
  g_object_unref(image);
  if (result != 0) return {};
  const auto* bytes = static_cast<std::uint8_t*>(data);
  std::vector<std::uint8_t> file(bytes, bytes + size);
  g_free(data);
  return file;
}

std::ptrdiff_t place_of(const std::vector<std::uint8_t>& file, std::string_view text) {
  return std::search(file.begin(), file.end(), text.begin(), text.end()) - file.begin();
}

/// Changes the header's size (ispe). The coded picture keeps its own.
void declare_size(std::vector<std::uint8_t>& file, std::uint8_t width, std::uint8_t height) {
  constexpr std::ptrdiff_t kTypeAndFlags = 8;
  const auto size = file.begin() + place_of(file, "ispe") + kTypeAndFlags;
  std::fill(size, size + 8, std::uint8_t{0});
  size[3] = width;
  size[7] = height;
}

TEST_F(UnusualPhotos, APictureThatIsCodedLargerThanItsHeaderIsRejectedBeforeDecoding) {
  ASSERT_EQ(VIPS_INIT("test"), 0);
  for (const auto compression : {VIPS_FOREIGN_HEIF_COMPRESSION_AV1, VIPS_FOREIGN_HEIF_COMPRESSION_HEVC}) {
    auto file = coded_picture(512, 384, compression);
    if (file.empty()) GTEST_SKIP() << "this libheif has no encoder to make a test file with";
    EXPECT_EQ(load_photo(file, "whole.heic").image.width(), 512);
    declare_size(file, 64, 48);
    expect_error(ErrorCode::unreadable,
                 "small.heic: damaged: a picture of 64 x 48 pixels is coded as 512 x 384 pixels",
                 [&] { load_photo(file, "small.heic"); });
  }
}

// Decoders accept a sequence parameter set among the picture's own data as well.
TEST_F(UnusualPhotos, TheCodedSizeIsFoundInTheDataToo) {
  ASSERT_EQ(VIPS_INIT("test"), 0);
  auto file = coded_picture(512, 384, VIPS_FOREIGN_HEIF_COMPRESSION_HEVC);
  if (file.empty()) GTEST_SKIP() << "this libheif has no encoder to make a test file with";
  constexpr std::string_view kSequenceParameterSet = "\x42\x01";
  const auto set = file.begin() + place_of(file, kSequenceParameterSet),
             data = file.begin() + place_of(file, "mdat") + 4;
  ASSERT_LT(set, data) << "the set lies in hvcC";
  const std::ptrdiff_t length = set[-1];
  ASSERT_LT(length, 100);
  const std::vector<std::uint8_t> start = {0, 0, 0, static_cast<std::uint8_t>(length)};
  std::copy(set, set + length, std::copy(start.begin(), start.end(), data));
  *set = 0x4E;  // a message instead of the set
  const auto pictures = io::heif_pictures(file);
  ASSERT_TRUE(pictures);
  ASSERT_EQ(pictures->size(), 1u);
  EXPECT_EQ(pictures->front().coded.width, 512);
  EXPECT_EQ(pictures->front().coded.height, 384);
  EXPECT_FALSE(io::exceeds_declared_size(pictures->front()));
}

double mean_difference(const Image& a, const Image& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.bytes().size(); ++i) sum += std::abs(a.bytes()[i] - b.bytes()[i]);
  return sum / static_cast<double>(a.bytes().size());
}

TEST_F(UnusualPhotos, SharedInputsLookLikeThePlainPicture) {
  const auto inputs = test::shared_folder("inputs");
  if (!std::filesystem::exists(inputs)) GTEST_SKIP() << "the folder of unusual inputs is missing";
  const Image plain = load_photo(inputs / "mask-photo.jpg").image;
  const auto expect_plain = [&](const char* name, double most) {
    const Image image = load_photo(inputs / name).image;
    ASSERT_EQ(image.width(), plain.width()) << name;
    EXPECT_LT(mean_difference(image, plain), most) << name;
  };
  expect_plain("ios18-two-auxiliary-references.heic", 4);
  expect_plain("hdr-pq-bt2020.heic", 4);
  expect_plain("rgb-with-gray-profile.jpg", 0.5);
  expect_plain("rgb-two-extra-channels.tif", 4);
  expect_plain("animated.avif", 6);
  expect_plain("plain.jfif", 0.001);
  expect_error(ErrorCode::unsupported, "camera RAW (DNG)",
               [&] { load_photo(inputs / "raw-with-thumbnail.dng"); });
  expect_error(ErrorCode::unsupported, "float", [&] { load_photo(inputs / "float.tif"); });
  const Plane<float> mask = load_mask(inputs / "mask-cutout.webp", plain.width(), plain.height());
  EXPECT_LT(mask(2, 2), 0.1f) << "transparent";
}

}  // namespace
}  // namespace portrait_depth
