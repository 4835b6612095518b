// EXIF alone, in a JPEG that is always the same: the input is the content of its EXIF segment.
#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "fuzz_target.hpp"
#include "portrait_depth/io.hpp"
#include "single_threaded_io.hpp"

namespace {

// The largest content of a segment.
constexpr std::size_t kMostBytes = 65'533;

// A header of one pixel in gray and the end marker: read_photo_info() decodes no pixel.
constexpr std::array<std::uint8_t, 26> kRest = {0xFF, 0xC0, 0, 11, 8, 0, 1, 0, 1,  1, 1,    0x11, 0,
                                                0xFF, 0xDA, 0, 8,  1, 1, 0, 0, 63, 0, 0x3F, 0xFF, 0xD9};

std::vector<std::uint8_t> jpeg_with(const std::uint8_t* data, std::size_t size) {
  const std::size_t length = size + 2;
  std::vector<std::uint8_t> file = {0xFF,
                                    0xD8,
                                    0xFF,
                                    0xE1,
                                    static_cast<std::uint8_t>(length >> 8),
                                    static_cast<std::uint8_t>(length & 255)};
  file.insert(file.end(), data, data + size);
  file.insert(file.end(), kRest.begin(), kRest.end());
  return file;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace portrait_depth;
  fuzz::use_one_io_thread();
  const std::vector<std::uint8_t> file = jpeg_with(data, std::min(size, kMostBytes));
  fuzz::expect_no_error_but_ours([&] {
    const PhotoInfo info = read_photo_info(file, "photo.jpg");
    fuzz::require(info.width == 1 && info.height == 1, "EXIF does not change the size");
    fuzz::require_printable(info.camera_make);
    fuzz::require_printable(info.camera_model);
    for (const auto& length : {info.focal_length_mm, info.focal_length_35mm})
      fuzz::require(length.value_or(1) > 0, "a focal length is above 0");
    fuzz::require(std::abs(info.camera_pitch.value_or(0)) <= 1.5708f, "a pitch is within a quarter turn");
    fuzz::require(std::abs(info.camera_roll.value_or(0)) <= 0.7854f, "a roll is within an eighth of a turn");
  });
  return 0;
}
