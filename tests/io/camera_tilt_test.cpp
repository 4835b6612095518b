// The tilt of a phone's camera by Apple's maker note, in synthetic EXIF (tests/fuzz/make_seeds.py).
#include <algorithm>
#include <cmath>
#include <string_view>

#include "containers/apple_maker_note.hpp"
#include "file_fixture.hpp"
#include "portrait_depth/io.hpp"
#include "shared_inputs.hpp"

namespace portrait_depth {
namespace {

using Bytes = std::vector<std::uint8_t>;

/// A photo of one camera's EXIF: gravity is (-2/7, -6/7, -3/7), the lens that of a front camera.
class CameraTilt : public test::FileTest {
 protected:
  const Bytes exif = bytes_of(PORTRAIT_DEPTH_SOURCE_DIR "/tests/fuzz/corpus/exif/phone.exif");

  Bytes photo_with(const Bytes& block) const {
    const std::string file = path("plain.jpg");
    save_image(test::quadrants(16, 12).view(), file);
    Bytes photo = bytes_of(file);
    const std::size_t length = block.size() + 2;
    Bytes segment = {0xFF, 0xE1, static_cast<std::uint8_t>(length >> 8),
                     static_cast<std::uint8_t>(length & 255)};
    segment.insert(segment.end(), block.begin(), block.end());
    photo.insert(photo.begin() + 2, segment.begin(), segment.end());
    return photo;
  }
  PhotoInfo info_of(const Bytes& block) const { return read_photo_info(photo_with(block), "phone.jpg"); }
  std::size_t place_of(std::string_view text) const {
    const auto found = std::search(exif.begin(), exif.end(), text.begin(), text.end());
    EXPECT_NE(found, exif.end()) << text;
    return static_cast<std::size_t>(found - exif.begin());
  }
  Bytes changed(std::size_t at, std::string_view text) const {
    Bytes block = exif;
    std::copy(text.begin(), text.end(), block.begin() + static_cast<std::ptrdiff_t>(at));
    return block;
  }
};

TEST_F(CameraTilt, IsReadFromTheMakerNote) {
  const PhotoInfo info = info_of(exif);
  EXPECT_NEAR(info.camera_pitch.value(), std::asin(3.0f / 7), 1e-6f);
  EXPECT_NEAR(info.camera_roll.value(), std::atan(1.0f / 3), 1e-6f);
  const Photo photo = load_photo(photo_with(exif), "phone.jpg");
  EXPECT_EQ(photo.info.camera_pitch, info.camera_pitch);
  EXPECT_EQ(photo.info.camera_roll, info.camera_roll);
}

TEST_F(CameraTilt, FollowsTheLens) {
  const PhotoInfo info = info_of(changed(place_of("front"), "back "));
  EXPECT_NEAR(info.camera_pitch.value(), -std::asin(3.0f / 7), 1e-6f);
  EXPECT_NEAR(info.camera_roll.value(), -std::atan(1.0f / 3), 1e-6f);
  EXPECT_FALSE(info_of(changed(place_of("front"), "other")).camera_pitch.has_value());
}

TEST_F(CameraTilt, IsTheUprightPhotos) {
  // The orientation is the last byte but two of its entry; 3 is upside down.
  const std::size_t entry = place_of(std::string_view("\x01\x12\0\x03\0\0\0\x01\0", 9));
  for (const char orientation : {'\1', '\3', '\6', '\x8'}) {
    const PhotoInfo info = info_of(changed(entry + 9, std::string(1, orientation)));
    EXPECT_EQ(info.orientation, orientation);
    EXPECT_NEAR(info.camera_pitch.value(), std::asin(3.0f / 7), 1e-6f);
    EXPECT_NEAR(info.camera_roll.value(), std::atan(1.0f / 3), 1e-6f);
  }
}

TEST_F(CameraTilt, IsUnknownWithStrangeNotes) {
  const std::size_t note = place_of("Apple iOS");
  using namespace std::string_view_literals;
  const std::size_t vector = note + 16;  // the first entry: tag, type, count, offset
  for (const auto& [at, text] : std::initializer_list<std::pair<std::size_t, std::string_view>>{
           {note, "Apple IOS"sv},               // another maker
           {note + 12, "XX"sv},                 // byte order
           {note + 14, "\0\0"sv},               // no entry
           {vector, "\0\7"sv},                  // another tag
           {vector + 2, "\0\5"sv},              // another type
           {vector + 4, "\0\0\0\2"sv},          // another count
           {vector + 8, "\xFF\xFF\xFF\xF8"sv},  // beyond the end
           {vector + 8, "\x7F\xFF\xFF\xFF"sv},
           {note + 32 + 4, "\0\0\0\0"sv},      // -2/0
           {note + 32, "\x7F\xFF\xFF\xFF"sv},  // not gravity
           {note + 32, "\x80\0\0\0\xFF\xFF\xFF\xFF"sv}})
    EXPECT_FALSE(info_of(changed(at, text)).camera_pitch.has_value()) << at - note << " " << text;
  EXPECT_TRUE(info_of(changed(note + 14, "\xFF\xFF"sv)).camera_pitch.has_value());  // found before the end
}

TEST_F(CameraTilt, OfDamagedExifHarmsNoPhoto) {
  for (std::size_t size = 0; size < exif.size(); ++size) {
    const Bytes part(exif.begin(), exif.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_LE(io::maker_note(part).size(), size);
    EXPECT_EQ(io::apple_gravity(io::maker_note(part)).has_value(), size >= place_of("Apple iOS") + 56)
        << size;
    if (size % 16 == 0) {
      EXPECT_EQ(info_of(part).width, 16) << size;
    }
  }
  for (std::size_t at = 6; at < exif.size(); ++at)
    for (const std::uint8_t byte : {0x00, 0x7F, 0xFF}) {
      Bytes block = exif;
      block[at] = byte;
      const auto gravity = io::apple_gravity(io::maker_note(block));
      EXPECT_FALSE(gravity && std::isnan((*gravity)[0]));
    }
}

TEST_F(CameraTilt, OfPhonesPhotos) {
  const std::filesystem::path sensor = test::shared_folder("sensor");
  if (!std::filesystem::exists(sensor)) GTEST_SKIP() << "the sensor photos are missing";
  // AccelerationVector by exiftool: -0.0143 -0.9724 -0.1898, and -0.0151 -0.9872 0.0234; front cameras.
  const PhotoInfo heic = read_photo_info(sensor / "iphone-truedepth.heic");
  EXPECT_NEAR(heic.camera_pitch.value(), 0.1929f, 1e-3f);
  EXPECT_NEAR(heic.camera_roll.value(), 0.0147f, 1e-3f);
  const PhotoInfo jpeg = read_photo_info(sensor / "iphone-truedepth.jpg");
  EXPECT_NEAR(jpeg.camera_pitch.value(), -0.0237f, 1e-3f);
  EXPECT_NEAR(jpeg.camera_roll.value(), 0.0153f, 1e-3f);
}

}  // namespace
}  // namespace portrait_depth
