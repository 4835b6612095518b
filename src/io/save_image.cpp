// Pictures and masks out, through libvips' encoders.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>
#include <vector>

#include "io/output_file.hpp"
#include "io/picture_encoder.hpp"
#include "portrait_depth/io.hpp"

namespace portrait_depth {

void save_image(ImageView image, const std::filesystem::path& path, const std::string& format) {
  if (image.empty())
    throw Error(ErrorCode::invalid_argument, io::output_name(path) + ": an empty picture cannot be saved");
  const std::string wanted = io::output_format(path, format);
  std::vector<std::uint8_t> rows(static_cast<std::size_t>(image.width()) *
                                 static_cast<std::size_t>(image.height()) *
                                 static_cast<std::size_t>(image.channels()));
  const std::size_t row_bytes =
      static_cast<std::size_t>(image.width()) * static_cast<std::size_t>(image.channels());
  for (int y = 0; y < image.height(); ++y)
    std::memcpy(rows.data() + static_cast<std::size_t>(y) * row_bytes, image.row(y), row_bytes);
  const io::Pixels pixels = {rows.data(), image.width(), image.height(), image.channels(), 8};
  io::write_file(path, io::encode_picture(pixels, wanted, path));
}

void save_mask(PlaneView<const float> mask, const std::filesystem::path& path, const std::string& format) {
  if (mask.empty())
    throw Error(ErrorCode::invalid_argument, io::output_name(path) + ": an empty mask cannot be saved");
  const std::string wanted = io::output_format(path, format);
  std::vector<std::uint8_t> values;
  values.reserve(static_cast<std::size_t>(mask.width()) * static_cast<std::size_t>(mask.height()));
  for (int y = 0; y < mask.height(); ++y)
    std::transform(mask.row(y), mask.row(y) + mask.width(), std::back_inserter(values), [](float v) {
      return static_cast<std::uint8_t>(v > 0 ? std::lround(std::min(v, 1.0f) * 255) : 0);
    });
  const io::Pixels pixels = {values.data(), mask.width(), mask.height(), 1, 8};
  io::write_file(path, io::encode_picture(pixels, wanted, path));
}

std::vector<std::string> image_formats() {
  return {"png", "jpg", "webp", "tiff", "avif"};
}

}  // namespace portrait_depth
