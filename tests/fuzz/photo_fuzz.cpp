// A whole photo of any format: libvips and its libraries decode it, the project's code examines it before and
// after.
#include "fuzz_target.hpp"
#include "portrait_depth/io.hpp"
#include "single_threaded_io.hpp"

namespace portrait_depth {
namespace {

// Pictures beyond this cost time and lead to no other code.
constexpr std::int64_t kMostPixels = 250'000;

void check(const Photo& photo) {
  const std::int64_t pixels = std::int64_t{photo.image.width()} * photo.image.height();
  fuzz::require(pixels > 0 && pixels <= kMostPixels, "a photo has a size within the limit");
  fuzz::require(photo.image.channels() == 3, "a photo is RGB");
  if (photo.intrinsics)
    fuzz::require(photo.intrinsics->fx > 0 && photo.intrinsics->width == photo.image.width(),
                  "the camera belongs to the photo");
}

void check(const PhotoInfo& info) {
  fuzz::require(info.width > 0 && info.height > 0, "a header has a size");
  fuzz::require(info.orientation >= 1 && info.orientation <= 8, "an orientation is one of EXIF's");
  for (const std::string* text : {&info.camera_make, &info.camera_model}) fuzz::require_printable(*text);
}

}  // namespace
}  // namespace portrait_depth

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace portrait_depth;
  fuzz::use_one_io_thread();
  const std::span bytes(data, size);
  fuzz::expect_no_error_but_ours([&] {
    const PhotoInfo info = read_photo_info(bytes, "photo");
    check(info);
    if (std::int64_t{info.width} * info.height > kMostPixels) return;
    check(load_photo(bytes, "photo", {.max_pixels = kMostPixels}));
  });
  return 0;
}
