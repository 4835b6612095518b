#include "embedded_depth/gray_picture.hpp"

#include <algorithm>
#include <utility>

#include "io/photo_file.hpp"
#include "io/vips_session.hpp"

namespace portrait_depth::io {

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

}  // namespace portrait_depth::io
