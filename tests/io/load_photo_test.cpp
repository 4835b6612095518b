#include <vips/vips.h>

#include <cmath>
#include <cstring>

#include "file_fixture.hpp"
#include "portrait_depth/io.hpp"

namespace portrait_depth {
namespace {

using test::expect_error;
using test::expect_quadrants;
using test::kAsStored;
using test::output_of;
using test::quadrants;

class LoadPhoto : public test::FileTest {
 protected:
  // A file of the four colors, made by another program.
  std::string photo(const std::string& name, int width = 64, int height = 48,
                    const std::string& arguments = {}) {
    const Image image = quadrants(width, height);
    const std::string raw = path("raw.rgb");
    std::string file = path(name);
    write_bytes(raw, image.bytes().data(), image.bytes().size());
    output_of("ffmpeg -v error -y -f rawvideo -pix_fmt rgb24 -s " + std::to_string(width) + "x" +
              std::to_string(height) + " -i '" + raw + "' " + arguments + " -frames:v 1 '" + file + "'");
    std::filesystem::remove(raw);
    return file;
  }
  void tag(const std::string& file, const std::string& tags) {
    output_of("exiftool -q -overwrite_original " + tags + " '" + file + "'");
  }
};

TEST_F(LoadPhoto, ReadsTheFormatsOfPhones) {
  struct Case {
    const char *name, *format, *arguments;
    int tolerance;
  };
  for (const Case& c :
       {Case{"a.jpg", "jpeg", "-q:v 2", 6}, Case{"a.png", "png", "", 0}, Case{"a.webp", "webp", "", 8},
        Case{"a.tiff", "tiff", "", 0},
        Case{"a.gif", "gif", "-filter_complex '[0]split[a][b];[a]palettegen[p];[b][p]paletteuse'", 12},
        Case{"a.avif", "avif", "-c:v libaom-av1 -still-picture 1 -crf 10 -pix_fmt yuv444p", 12}}) {
    SCOPED_TRACE(c.name);
    const Photo loaded = load_photo(photo(c.name, 64, 48, c.arguments));
    EXPECT_EQ(loaded.info.format, c.format);
    ASSERT_EQ(loaded.image.width(), 64);
    ASSERT_EQ(loaded.image.height(), 48);
    EXPECT_EQ(loaded.image.channels(), 3);
    expect_quadrants(loaded.image, kAsStored, c.tolerance);
  }
}

TEST_F(LoadPhoto, ReadsHeicAsLibheifWritesIt) {
  photo("a.png");
  ASSERT_EQ(VIPS_INIT("test"), 0);
  VipsImage* image = vips_image_new_from_file(path("a.png").c_str(), nullptr);
  ASSERT_NE(image, nullptr);
  const int result = vips_heifsave(image, path("a.heic").c_str(), "compression",
                                   VIPS_FOREIGN_HEIF_COMPRESSION_HEVC, "Q", 95, nullptr);
  g_object_unref(image);
  if (result != 0) {
    vips_error_clear();
    GTEST_SKIP() << "this libheif has no HEVC encoder to make a test file with";
  }
  const Photo loaded = load_photo(path("a.heic"));
  EXPECT_EQ(loaded.info.format, "heic");
  expect_quadrants(loaded.image, kAsStored, 12);
}

TEST_F(LoadPhoto, TurnsPhotosUprightByAllEightOrientations) {
  // The corners' colors, by EXIF's definition of the sides of stored rows and columns.
  const std::array<std::array<int, 4>, 8> upright = {{{0, 1, 2, 3},
                                                      {1, 0, 3, 2},
                                                      {3, 2, 1, 0},
                                                      {2, 3, 0, 1},
                                                      {0, 2, 1, 3},
                                                      {2, 0, 3, 1},
                                                      {3, 1, 2, 0},
                                                      {1, 3, 0, 2}}};
  const std::string file = photo("a.jpg", 128, 96, "-q:v 2");
  for (int orientation = 1; orientation <= 8; ++orientation) {
    SCOPED_TRACE(orientation);
    tag(file, "-Orientation#=" + std::to_string(orientation));
    for (const int min_short_side : {0, 40}) {
      const Photo loaded = load_photo(file, {.min_short_side = min_short_side});
      EXPECT_EQ(loaded.info.orientation, orientation);
      const int longer = min_short_side == 0 ? 128 : 53, shorter = min_short_side == 0 ? 96 : 40;
      const bool is_tall = orientation >= 5;
      EXPECT_EQ(loaded.image.width(), is_tall ? shorter : longer);
      EXPECT_EQ(loaded.image.height(), is_tall ? longer : shorter);
      EXPECT_EQ(loaded.info.width, is_tall ? 96 : 128);
      expect_quadrants(loaded.image, upright[static_cast<std::size_t>(orientation - 1)], 6);
    }
  }
}

TEST_F(LoadPhoto, TurnsDisplayP3IntoSrgb) {
  // 8-bit Display P3 code values and their sRGB, by the two spaces' matrices (both have the sRGB curve and
  // D65).
  const std::array<std::uint8_t, 3> p3 = {180, 100, 60};
  const test::Color srgb = {193, 95, 49};
  ASSERT_EQ(VIPS_INIT("test"), 0);
  std::vector<std::uint8_t> pixels;
  for (int i = 0; i < 16 * 16; ++i) pixels.insert(pixels.end(), p3.begin(), p3.end());
  VipsImage* memory = vips_image_new_from_memory(pixels.data(), pixels.size(), 16, 16, 3, VIPS_FORMAT_UCHAR);
  VipsImage* image = nullptr;
  ASSERT_EQ(vips_copy(memory, &image, "interpretation", VIPS_INTERPRETATION_sRGB, nullptr), 0);
  ASSERT_EQ(vips_pngsave(image, path("p3.png").c_str(), "profile", "p3", nullptr), 0) << vips_error_buffer();
  g_object_unref(image);
  g_object_unref(memory);
  const Photo loaded = load_photo(path("p3.png"));
  EXPECT_TRUE(loaded.info.has_icc_profile);
  EXPECT_LE(test::largest_difference(loaded.image.pixel(8, 8), srgb), 2)
      << int(loaded.image.pixel(8, 8)[0]) << " " << int(loaded.image.pixel(8, 8)[1]) << " "
      << int(loaded.image.pixel(8, 8)[2]);
}

TEST_F(LoadPhoto, ReadsSixteenBitsGrayAndCmyk) {
  expect_quadrants(load_photo(photo("deep.png", 64, 48, "-pix_fmt rgb48be")).image, kAsStored, 1);
  expect_quadrants(load_photo(photo("deep.tiff", 64, 48, "-pix_fmt rgb48le")).image, kAsStored, 1);
  const Image gray = load_photo(photo("gray.png", 64, 48, "-pix_fmt gray")).image;
  EXPECT_EQ(gray.channels(), 3);
  EXPECT_EQ(gray.pixel(5, 5)[0], gray.pixel(5, 5)[2]);
  EXPECT_GT(gray.pixel(60, 40)[0], gray.pixel(5, 5)[0] + 80);

  ASSERT_EQ(VIPS_INIT("test"), 0);
  photo("a.png");
  VipsImage* image = vips_image_new_from_file(path("a.png").c_str(), nullptr);
  VipsImage* cmyk = nullptr;
  ASSERT_EQ(vips_icc_export(image, &cmyk, "output_profile", "cmyk", nullptr), 0) << vips_error_buffer();
  ASSERT_EQ(vips_jpegsave(cmyk, path("cmyk.jpg").c_str(), "Q", 95, nullptr), 0) << vips_error_buffer();
  g_object_unref(cmyk);
  g_object_unref(image);
  expect_quadrants(load_photo(path("cmyk.jpg")).image, kAsStored, 55);  // ink has fewer colors
}

TEST_F(LoadPhoto, ReadsLabOfEightAndSixteenBits) {
  ASSERT_EQ(VIPS_INIT("test"), 0);
  photo("a.png");
  VipsImage* image = vips_image_new_from_file(path("a.png").c_str(), nullptr);
  VipsImage *lab = nullptr, *packed = nullptr, *wide = nullptr, *profiled = nullptr;
  ASSERT_EQ(vips_colourspace(image, &lab, VIPS_INTERPRETATION_LAB, nullptr), 0);
  ASSERT_EQ(vips_Lab2LabQ(lab, &packed, nullptr), 0);
  ASSERT_EQ(vips_Lab2LabS(lab, &wide, nullptr), 0);
  ASSERT_EQ(vips_copy(packed, &profiled, nullptr), 0);
  VipsBlob* profile = nullptr;
  ASSERT_EQ(vips_profile_load("p3", &profile, nullptr), 0);
  vips_image_set_blob_copy(profiled, VIPS_META_ICC_NAME, VIPS_AREA(profile)->data,
                           VIPS_AREA(profile)->length);
  vips_area_unref(VIPS_AREA(profile));
  for (VipsImage* each : {packed, wide, profiled}) {
    ASSERT_EQ(vips_tiffsave(each, path("lab.tiff").c_str(), nullptr), 0) << vips_error_buffer();
    const Photo loaded = load_photo(path("lab.tiff"));
    expect_quadrants(loaded.image, kAsStored, each == wide ? 3 : 8);
    EXPECT_FALSE(loaded.info.has_alpha);
    EXPECT_FALSE(read_photo_info(path("lab.tiff")).has_alpha);
    EXPECT_NEAR(load_mask(path("lab.tiff"), 64, 48)(16, 12), 0.44f, 0.01f) << "its lightness";
  }
  for (VipsImage* each : {image, lab, packed, wide, profiled}) g_object_unref(each);
}

TEST_F(LoadPhoto, LaysTransparentPixelsOverTheMatte) {
  for (const char* pixel_format : {"rgba", "rgba64be"}) {
    SCOPED_TRACE(pixel_format);
    Image image = quadrants(64, 48, 4);
    for (int y = 0; y < 24; ++y)
      for (int x = 0; x < 64; ++x) image.pixel(x, y)[3] = x < 32 ? 0 : 128;
    write_bytes(path("raw"), image.bytes().data(), image.bytes().size());
    output_of("ffmpeg -v error -y -f rawvideo -pix_fmt rgba -s 64x48 -i '" + path("raw") + "' -pix_fmt " +
              pixel_format + " '" + path("a.png") + "'");
    for (const int min_short_side : {0, 24}) {
      const Photo loaded =
          load_photo(path("a.png"), {.min_short_side = min_short_side, .matte = {10, 200, 90}});
      EXPECT_TRUE(loaded.info.has_alpha);
      EXPECT_EQ(loaded.image.channels(), 3);
      const auto at = [&](double x, double y) {
        return loaded.image.pixel(static_cast<int>(x * loaded.image.width()),
                                  static_cast<int>(y * loaded.image.height()));
      };
      EXPECT_LE(test::largest_difference(at(0.25, 0.25), {10, 200, 90}), 1);
      EXPECT_LE(test::largest_difference(at(0.75, 0.25), {25, 185, 75}), 2);
      EXPECT_LE(test::largest_difference(at(0.25, 0.75), test::kQuadrantColors[2]), 1);
    }
  }
}

TEST_F(LoadPhoto, KeepsWideTransparencyBesideAProfile) {
  constexpr std::uint16_t kHalf = 32768;
  ASSERT_EQ(VIPS_INIT("test"), 0);
  std::vector<std::uint16_t> pixels(16 * 16 * 4, 0);
  for (std::size_t i = 3; i < pixels.size(); i += 4) pixels[i] = kHalf;
  VipsImage* memory =
      vips_image_new_from_memory(pixels.data(), 2 * pixels.size(), 16, 16, 4, VIPS_FORMAT_USHORT);
  VipsImage* image = nullptr;
  ASSERT_EQ(vips_copy(memory, &image, "interpretation", VIPS_INTERPRETATION_RGB16, nullptr), 0);
  ASSERT_EQ(vips_pngsave(image, path("half.png").c_str(), "profile", "srgb", nullptr), 0);
  g_object_unref(image);
  g_object_unref(memory);
  const Photo loaded = load_photo(path("half.png"));
  EXPECT_TRUE(loaded.info.has_icc_profile);
  EXPECT_LE(test::largest_difference(loaded.image.pixel(8, 8), {127, 127, 127}), 2)
      << int(loaded.image.pixel(8, 8)[0]);
}

TEST_F(LoadPhoto, RejectsNumbersWithoutADefinedWhite) {
  ASSERT_EQ(VIPS_INIT("test"), 0);
  photo("a.png");
  for (const auto& [format, kind] :
       {std::pair(VIPS_FORMAT_UINT, "uint"), std::pair(VIPS_FORMAT_FLOAT, "float")}) {
    VipsImage *image = vips_image_new_from_file(path("a.png").c_str(), nullptr), *cast = nullptr;
    ASSERT_EQ(vips_cast(image, &cast, format, nullptr), 0);
    ASSERT_EQ(vips_tiffsave(cast, path("a.tiff").c_str(), nullptr), 0) << vips_error_buffer();
    g_object_unref(cast);
    g_object_unref(image);
    expect_error(ErrorCode::unsupported, kind, [&] { load_photo(path("a.tiff")); });
  }
}

TEST_F(LoadPhoto, ShrinksWhileLoadingToTheGivenShorterSide) {
  const std::string jpeg = photo("a.jpg", 1000, 750, "-q:v 2"), png = photo("a.png", 1000, 750);
  for (const auto& file : {jpeg, png})
    for (const int side : {80, 100, 375, 700}) {
      const Photo loaded = load_photo(file, {.min_short_side = side});
      EXPECT_EQ(loaded.image.height(), side);
      EXPECT_EQ(loaded.image.width(), std::lround(side * 4.0 / 3));
      EXPECT_EQ(loaded.info.width, 1000);
      expect_quadrants(loaded.image, kAsStored, 6);
    }
  EXPECT_EQ(load_photo(png, {.min_short_side = 2000}).image.height(), 750) << "photos are not enlarged";
}

TEST_F(LoadPhoto, ReadsTheCameraFromExif) {
  const std::string file = photo("a.jpg", 400, 300);
  EXPECT_FALSE(load_photo(file).intrinsics.has_value());
  tag(file, "-FocalLengthIn35mmFormat=26 -FocalLength=4.25 -Make='Portrait Works (PW)' -Model='P1 (front)'");
  const Photo loaded = load_photo(file, {.min_short_side = 150});
  EXPECT_EQ(loaded.info.camera_make, "Portrait Works (PW)");
  EXPECT_EQ(loaded.info.camera_model, "P1 (front)");
  EXPECT_FLOAT_EQ(loaded.info.focal_length_35mm.value(), 26);
  EXPECT_NEAR(loaded.info.focal_length_mm.value(), 4.25, 1e-3);
  ASSERT_TRUE(loaded.intrinsics.has_value());
  EXPECT_EQ(loaded.intrinsics->width, 200);
  // 26 mm of 43.27 mm is as 150.2 px of the 250 px diagonal.
  EXPECT_NEAR(loaded.intrinsics->fx, 26 / 43.2666 * 250, 0.5);
  EXPECT_NEAR(loaded.intrinsics->cx, 100, 1e-3);
}

TEST_F(LoadPhoto, ControlCharactersInExifBecomeSpaces) {
  const std::string file = photo("a.jpg");
  tag(file, "-E -Make='A&#x1b;]0;x&#x7;B&#xa;C'");
  EXPECT_EQ(load_photo(file).info.camera_make, "A ]0;x B C");
}

TEST_F(LoadPhoto, KeepsTheFocalLengthInPixelsOfACroppedPhoto) {
  const std::string file = photo("a.jpg", 300, 300);
  tag(file, "-FocalLengthIn35mmFormat=26 -ExifImageWidth=400 -ExifImageHeight=300");
  EXPECT_NEAR(load_photo(file).intrinsics.value().fx, 26 / 43.2666 * 500, 1);
}

TEST_F(LoadPhoto, ReadsTheFocalLengthFromTheSensorsResolution) {
  const std::string file = photo("a.jpg", 400, 300);
  tag(file,
      "-FocalLength=10 -FocalPlaneXResolution=500 -FocalPlaneResolutionUnit=cm -ExifImageWidth=400 "
      "-ExifImageHeight=300");
  EXPECT_NEAR(load_photo(file).intrinsics.value().fx, 500, 1);
}

TEST_F(LoadPhoto, RejectsFilesThatAreNotPhotosAndNamesThem) {
  expect_error(ErrorCode::not_found, "nobody.jpg", [&] { load_photo(path("nobody.jpg")); });
  expect_error(ErrorCode::unreadable, "unsupported: a folder", [&] { load_photo(folder); });
  expect_error(ErrorCode::unreadable, "/dev/null: unsupported: a device", [&] { load_photo("/dev/null"); });
  expect_error(ErrorCode::unreadable, "/dev/zero: unsupported: a device",
               [&] { load_mask("/dev/zero", 8, 8); });
  write_bytes(path("empty.jpg"), "", 0);
  expect_error(ErrorCode::unreadable, "empty.jpg: damaged: the file is empty",
               [&] { load_photo(path("empty.jpg")); });
  write_bytes(path("text.jpg"), "this is a letter, no photo\n", 27);
  expect_error(ErrorCode::unreadable, "text.jpg: unsupported: not a photo",
               [&] { load_photo(path("text.jpg")); });
  const char svg[] = "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>";
  write_bytes(path("drawing.svg"), svg, sizeof svg - 1);
  expect_error(ErrorCode::unreadable, "drawing.svg: unsupported: not a photo",
               [&] { load_photo(path("drawing.svg")); });
  const std::vector<std::uint8_t> nothing;
  expect_error(ErrorCode::unreadable, "camera: damaged: the file is empty",
               [&] { load_photo(nothing, "camera"); });
}

TEST_F(LoadPhoto, RejectsTruncatedPhotos) {
  for (const char* name : {"a.jpg", "a.png", "a.webp", "a.tiff", "a.gif"}) {
    // Noise, so that half of the file is half of the picture.
    const std::string file = photo(name, 400, 300, "-vf noise=alls=60:allf=u");
    ASSERT_NO_THROW(load_photo(file)) << name;
    cut_off(file, 0.5);
    expect_error(ErrorCode::unreadable, name, [&] { load_photo(file); });
    expect_error(ErrorCode::unreadable, name, [&] { load_photo(file, {.min_short_side = 50}); });
  }
}

void append_chunk(std::vector<std::uint8_t>& png, const std::string& type,
                  const std::vector<std::uint8_t>& data) {
  const auto big_endian = [&](std::uint32_t value) {
    for (int shift = 24; shift >= 0; shift -= 8) png.push_back(static_cast<std::uint8_t>(value >> shift));
  };
  big_endian(static_cast<std::uint32_t>(data.size()));
  const std::size_t start = png.size();
  png.insert(png.end(), type.begin(), type.end());
  png.insert(png.end(), data.begin(), data.end());
  std::uint32_t crc = 0xFFFFFFFF;  // as in the PNG specification, annex D
  for (std::size_t i = start; i < png.size(); ++i) {
    crc ^= png[i];
    for (int bit = 0; bit < 8; ++bit) crc = (crc & 1) != 0 ? crc >> 1 ^ 0xEDB88320 : crc >> 1;
  }
  big_endian(~crc);
}

TEST_F(LoadPhoto, ChecksThePixelLimitBeforeDecoding) {
  std::vector<std::uint8_t> png = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
  append_chunk(png, "IHDR", {0, 0, 0xEA, 0x60, 0, 0, 0xEA, 0x60, 8, 2, 0, 0, 0});  // 60000 x 60000
  append_chunk(png, "IDAT", {});
  append_chunk(png, "IEND", {});
  write_bytes(path("huge.png"), png.data(), png.size());
  expect_error(ErrorCode::too_large, "huge.png: too large: 60000 x 60000",
               [&] { load_photo(path("huge.png")); });
  EXPECT_EQ(read_photo_info(path("huge.png")).width, 60000);
  const std::string small = photo("a.png");
  expect_error(ErrorCode::too_large, "a.png", [&] { load_photo(small, {.max_pixels = 64 * 48 - 1}); });
  EXPECT_NO_THROW(load_photo(small, {.max_pixels = 64 * 48}));
  expect_error(ErrorCode::too_large, "a.png: too large: 64 x 48 pixels need about",
               [&] { load_photo(small, {.max_memory_bytes = 1'000'000}); });
  expect_error(ErrorCode::too_large, "a.png: too large: 64 x 48 pixels are over the limit",
               [&] { load_mask(small, 64, 48, {.max_pixels = 64 * 48 - 1}); });
}

TEST_F(LoadPhoto, ReadsMasksAtAnySize) {
  Image image(40, 30);
  for (int y = 0; y < 30; ++y)
    for (int x = 20; x < 40; ++x) image.pixel(x, y)[0] = 255;
  write_bytes(path("raw"), image.bytes().data(), image.bytes().size());
  for (const char* pixel_format : {"rgb24", "rgb48be"}) {
    output_of("ffmpeg -v error -y -f rawvideo -pix_fmt rgb24 -s 40x30 -i '" + path("raw") + "' -pix_fmt " +
              pixel_format + " '" + path("mask.png") + "'");
    const Plane<float> mask = load_mask(path("mask.png"), 80, 60);
    ASSERT_EQ(mask.width(), 80);
    ASSERT_EQ(mask.height(), 60);
    EXPECT_NEAR(mask(10, 30), 0, 0.01);
    EXPECT_NEAR(mask(70, 30), 1, 0.01);
    for (const float value : mask.values()) {
      ASSERT_GE(value, 0);
      ASSERT_LE(value, 1);
    }
  }
}

TEST_F(LoadPhoto, ReadsAPhonesPortraitPhotos) {
  const char* shared = std::getenv("PORTRAIT_DEPTH_SHARED");
  const std::filesystem::path sensor =
      (shared != nullptr ? std::filesystem::path(shared)
                         : std::filesystem::path(PORTRAIT_DEPTH_SOURCE_DIR) / "../shared") /
      "sensor";
  if (!std::filesystem::exists(sensor)) GTEST_SKIP() << "the sensor photos are missing";
  const Photo heic = load_photo(sensor / "iphone-truedepth.heic", {.min_short_side = 300});
  EXPECT_EQ(heic.info.format, "heic");
  EXPECT_EQ(heic.info.width, 2316);
  EXPECT_EQ(heic.info.height, 3088);
  EXPECT_EQ(heic.image.width(), 300);
  EXPECT_EQ(heic.image.height(), 400);
  EXPECT_TRUE(heic.intrinsics.has_value());
  const Photo jpeg = load_photo(sensor / "iphone-truedepth.jpg");
  EXPECT_EQ(jpeg.info.camera_make, "Apple");
  EXPECT_FLOAT_EQ(jpeg.info.focal_length_35mm.value(), 32);
}

}  // namespace
}  // namespace portrait_depth
