// A photo becomes an upright 8-bit sRGB picture.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <string>

#include "io/decoding_turns.hpp"
#include "io/photo_exif.hpp"
#include "io/photo_file.hpp"
#include "io/srgb_conversion.hpp"
#include "io/vips_chain.hpp"
#include "portrait_depth/io.hpp"

namespace portrait_depth {
namespace {

using io::Chain;
using io::decode_in_turn;
using io::is_lab;
using io::PhotoFile;
using io::to_srgb;
using io::VipsImagePtr;

struct Size {
  int width = 0, height = 0;
};

// A type without a largest value does not define white.
void check_numbers(const PhotoFile& file, VipsImage* header) {
  const VipsBandFormat format = vips_image_get_format(header);
  if (format == VIPS_FORMAT_UCHAR || format == VIPS_FORMAT_USHORT || is_lab(header)) return;
  file.fail_unsupported(std::string("channels of the kind ") + vips_enum_nick(VIPS_TYPE_BAND_FORMAT, format),
                        "Save it with 8 or 16 bits per channel, unsigned");
}

Size wanted_size(const PhotoInfo& info, int min_short_side) {
  const int shorter = std::min(info.width, info.height);
  if (min_short_side <= 0 || min_short_side >= shorter) return {info.width, info.height};
  const double scale = static_cast<double>(min_short_side) / shorter;
  return {static_cast<int>(std::lround(info.width * scale)),
          static_cast<int>(std::lround(info.height * scale))};
}

// Turning the picture upright needs a second one.
std::int64_t picture_bytes(const PhotoInfo& info, Size size) {
  return std::int64_t{3} * size.width * size.height * (info.orientation > 1 ? 2 : 1);
}

// A JPEG's blocks can be decoded at 1/2, 1/4 and 1/8 of their size for much less work.
int jpeg_shrink(const PhotoInfo& info, Size size) {
  if (info.format != "jpeg") return 1;
  int shrink = 1;
  while (shrink < 8 && info.width / (2 * shrink) >= size.width && info.height / (2 * shrink) >= size.height)
    shrink *= 2;
  return shrink;
}

void flatten(Chain& chain, std::array<std::uint8_t, 3> matte) {
  const std::array<double, 3> values = {double(matte[0]), double(matte[1]), double(matte[2])};
  VipsArrayDouble* background = vips_array_double_new(values.data(), 3);
  const bool done = chain.attempt(vips_flatten, "background", background);
  vips_area_unref(VIPS_AREA(background));
  if (!done) chain.fail();
}

void resize(Chain& chain, Size size) {
  const int width = vips_image_get_width(chain.image()), height = vips_image_get_height(chain.image());
  if (width == size.width && height == size.height) return;
  const double across = static_cast<double>(size.width) / width,
               down = static_cast<double>(size.height) / height;
  chain.apply(vips_resize, across, "vscale", down);
}

// Turning reads the rows in another order than the file stores them.
void make_upright(Chain& chain) {
  if (vips_image_get_orientation(chain.image()) <= 1) return;
  chain.decode();
  chain.apply(vips_autorot);
}

// libvips computes the picture on its threads and delivers bands of rows in order.
int copy_rows(VipsRegion* region, VipsRect* area, void* destination) {
  auto& image = *static_cast<Image*>(destination);
  for (int y = area->top; y < area->top + area->height; ++y)
    std::memcpy(image.row(y), VIPS_REGION_ADDR(region, 0, y), static_cast<std::size_t>(image.stride()));
  return 0;
}

Image decode_to_image(Chain& chain) {
  if (vips_image_get_bands(chain.image()) != 3) chain.apply(vips_extract_band, 0, "n", 3);
  if (vips_image_get_format(chain.image()) != VIPS_FORMAT_UCHAR) chain.apply(vips_cast, VIPS_FORMAT_UCHAR);
  Image image(vips_image_get_width(chain.image()), vips_image_get_height(chain.image()), 3);
  if (vips_sink_disc(chain.image(), copy_rows, &image) != 0) chain.fail();
  chain.file().check_decoded();
  return image;
}

Photo load(const PhotoFile& file, const LoadOptions& options) {
  Photo photo;
  VipsImagePtr header = file.open();
  photo.info = file.info(header.get());
  Size size = wanted_size(photo.info, options.min_short_side);
  file.check_size(header.get(), photo.info, options, picture_bytes(photo.info, size));
  check_numbers(file, header.get());
  const auto camera = io::intrinsics_from_exif(header.get(), photo.info);

  if (const int shrink = jpeg_shrink(photo.info, size); shrink > 1) header = file.open(shrink);
  Chain chain(file, std::move(header));
  if (vips_image_get_orientation_swap(chain.image())) std::swap(size.width, size.height);
  if (photo.info.has_alpha) {
    // Composited over the matte before resizing, so that colors of transparent pixels do not bleed in.
    to_srgb(chain);
    flatten(chain, options.matte);
    resize(chain, size);
  } else {
    resize(chain, size);
    to_srgb(chain);
  }
  make_upright(chain);
  photo.image = decode_to_image(chain);
  if (camera) photo.intrinsics = camera->scaled_to(photo.image.width(), photo.image.height());
  return photo;
}

// Values of one band: 8 and 16 bits by their range, floats as they are.
double largest_value(const VipsImage* image) {
  switch (vips_image_get_format(image)) {
    case VIPS_FORMAT_UCHAR:
      return 255;
    case VIPS_FORMAT_USHORT:
      return 65535;
    case VIPS_FORMAT_SHORT:  // Lab's lightness
      return 32767;
    default:
      return 1;
  }
}

// The size may differ, the shape may not. Rounding may lose one pixel of the coarser picture.
void check_shape(const PhotoFile& file, const PhotoInfo& info, int width, int height) {
  const auto across = static_cast<double>(info.width), down = static_cast<double>(info.height);
  const double off = std::abs(across * height - down * width);
  if (off <= std::max({across, down, static_cast<double>(width), static_cast<double>(height)})) return;
  throw Error(ErrorCode::invalid_argument,
              file.name() + ": the mask has " + std::to_string(info.width) + " x " +
                  std::to_string(info.height) + " pixels, another shape than the photo's " +
                  std::to_string(width) + " x " + std::to_string(height) + "; make it from the whole photo");
}

// Programs that remove backgrounds write the mask as alpha. Alpha that is opaque everywhere is not a mask.
int mask_band(Chain& chain) {
  if (vips_image_hasalpha(chain.image()) == 0) return 0;
  chain.decode();
  const int alpha = vips_image_get_bands(chain.image()) - 1;
  Chain only_alpha = chain.branch();
  only_alpha.apply(vips_extract_band, alpha);
  double least = 0;
  if (vips_min(only_alpha.image(), &least, nullptr) != 0) chain.fail();
  return least < largest_value(chain.image()) ? alpha : 0;
}

// All channels are decoded to find transparent pixels. The mask is resized as floats.
std::int64_t mask_bytes(VipsImage* header, int width, int height) {
  return static_cast<std::int64_t>(VIPS_IMAGE_SIZEOF_IMAGE(header)) +
         std::int64_t{2} * static_cast<std::int64_t>(sizeof(float)) * width * height;
}

Photo load_in_turn(const PhotoFile& file, const LoadOptions& options) {
  return decode_in_turn(file.reads_messages(), [&] { return load(file, options); });
}

PhotoInfo info_in_turn(const PhotoFile& file) {
  return decode_in_turn(file.reads_messages(), [&] { return file.info(file.open().get()); });
}

int copy_values(VipsRegion* region, VipsRect* area, void* destination) {
  auto& plane = *static_cast<Plane<float>*>(destination);
  for (int y = area->top; y < area->top + area->height; ++y) {
    const auto* row = reinterpret_cast<const float*>(VIPS_REGION_ADDR(region, 0, y));
    std::transform(row, row + plane.width(), plane.row(y),
                   [](float v) { return v >= 0 ? std::min(v, 1.0f) : 0.0f; });
  }
  return 0;
}

Plane<float> load_values(const PhotoFile& file, int width, int height, const LoadOptions& options) {
  VipsImagePtr header = file.open();
  const PhotoInfo info = file.info(header.get());
  file.check_size(header.get(), info, options, mask_bytes(header.get(), width, height));
  check_shape(file, info, width, height);
  if (vips_image_get_format(header.get()) != VIPS_FORMAT_FLOAT) check_numbers(file, header.get());
  Chain chain(file, std::move(header));
  chain.apply(vips_extract_band, mask_band(chain));
  make_upright(chain);
  chain.apply(vips_linear1, 1 / largest_value(chain.image()), 0.0);
  chain.apply(vips_cast, VIPS_FORMAT_FLOAT);
  resize(chain, {width, height});
  Plane<float> mask(width, height);
  if (vips_sink_disc(chain.image(), copy_values, &mask) != 0) chain.fail();
  file.check_decoded();
  return mask;
}

}  // namespace

Photo load_photo(const std::filesystem::path& path, const LoadOptions& options) {
  return load_in_turn(PhotoFile::from_path(path), options);
}

Photo load_photo(std::span<const std::uint8_t> bytes, const std::string& name, const LoadOptions& options) {
  return load_in_turn(PhotoFile::from_memory(bytes, name), options);
}

PhotoInfo read_photo_info(const std::filesystem::path& path) {
  return info_in_turn(PhotoFile::from_path(path));
}

PhotoInfo read_photo_info(std::span<const std::uint8_t> bytes, const std::string& name) {
  return info_in_turn(PhotoFile::from_memory(bytes, name));
}

Plane<float> load_mask(const std::filesystem::path& path, int width, int height, const LoadOptions& options) {
  if (width <= 0 || height <= 0)
    throw Error(ErrorCode::invalid_argument, "a mask needs a size of at least 1 x 1");
  const auto file = PhotoFile::from_path(path);
  return decode_in_turn(file.reads_messages(), [&] { return load_values(file, width, height, options); });
}

}  // namespace portrait_depth
