#include "io/gray_picture.hpp"

#include <algorithm>
#include <utility>

#include "io/photo_file.hpp"
#include "io/vips_session.hpp"

namespace portrait_depth::io {

void GrayBudget::take(std::int64_t width, std::int64_t height, const std::string& name) {
  if (width <= 0 || height <= 0 || width > pixels_ || height > pixels_ / width)
    throw Error(ErrorCode::too_large, name + ": too large: depth and mattes inside of more than " +
                                          std::to_string(kMostGrayPixels / 1'000'000) +
                                          " megapixels. Get the file anew.");
  pixels_ -= width * height;
}

Plane<float> decode_gray(std::span<const std::uint8_t> bytes, const std::string& name, GrayBudget& budget) {
  const PhotoFile file = PhotoFile::from_memory(bytes, name);
  const VipsImagePtr image = file.open();
  const int width = vips_image_get_width(image.get()), height = vips_image_get_height(image.get());
  budget.take(width, height, name);
  const auto bands = static_cast<std::size_t>(vips_image_get_bands(image.get()));
  const bool is_wide = vips_image_get_format(image.get()) == VIPS_FORMAT_USHORT;
  if (!is_wide && vips_image_get_format(image.get()) != VIPS_FORMAT_UCHAR)
    file.fail_unsupported("depth inside with a bit depth other than 8 and 16", "Save it with 8 or 16 bits");
  std::size_t size = 0;
  const std::unique_ptr<void, void (*)(void*)> pixels(vips_image_write_to_memory(image.get(), &size), g_free);
  if (!pixels) file.fail_decoding();
  file.check_decoded();
  Plane<float> plane(width, height);
  std::size_t at = 0;
  for (float& value : plane.values()) {
    value = is_wide ? static_cast<float>(static_cast<const std::uint16_t*>(pixels.get())[at]) / 65535
                    : static_cast<float>(static_cast<const std::uint8_t*>(pixels.get())[at]) / 255;
    at += bands;
  }
  return plane;
}

Plane<float> made_upright(Plane<float> plane, int orientation) {
  if (orientation <= 1) return plane;
  const int width = plane.width(), height = plane.height();
  const bool is_turned = orientation >= 5;
  Plane<float> upright(is_turned ? height : width, is_turned ? width : height);
  for (int y = 0; y < upright.height(); ++y)
    for (int x = 0; x < upright.width(); ++x) {
      int from_x = is_turned ? y : x, from_y = is_turned ? x : y;
      if (orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8)
        from_x = width - 1 - from_x;
      if (orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7)
        from_y = height - 1 - from_y;
      upright(x, y) = plane(from_x, from_y);
    }
  return upright;
}

}  // namespace portrait_depth::io
