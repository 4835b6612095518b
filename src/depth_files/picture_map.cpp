// Depth as a picture: gray of 8 or 16 bits or floats, the API's red, this program's colors, or a photo with
// depth inside.
#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "containers/xmp.hpp"
#include "depth/no_depth.hpp"
#include "depth_files/map_formats.hpp"
#include "depth_parts/depth_parts.hpp"
#include "embedded_depth/gray_picture.hpp"
#include "io/depth_xmp.hpp"
#include "io/photo_file.hpp"
#include "io/turbo.hpp"
#include "io/vips_chain.hpp"
#include "portrait_depth/embedded_depth.hpp"

namespace portrait_depth::io {
namespace {

constexpr float kMillimetresPerMetre = 1000;
/// The mean distance of a picture's colors from the color map, of 255, up to which it is a depth picture.
constexpr double kColorMapTolerance = 18;
constexpr int kBlack = 24;  // the sum of a background's channels, with JPEG's noise

/// The channels as floats, as stored.
struct Channels {
  std::vector<float> values;  ///< Interleaved.
  int width = 0, height = 0;
  std::size_t count = 0;
  float largest = 0;  ///< 255 or 65535; 0 for floats.

  float at(std::size_t pixel, std::size_t channel) const { return values[pixel * count + channel]; }
  std::size_t pixels() const { return static_cast<std::size_t>(width) * static_cast<std::size_t>(height); }
};

float largest_of(const PhotoFile& photo, VipsImage* image) {
  switch (vips_image_get_format(image)) {
    case VIPS_FORMAT_UCHAR:
      return 255;
    case VIPS_FORMAT_USHORT:
      return 65535;
    case VIPS_FORMAT_FLOAT:
    case VIPS_FORMAT_DOUBLE:
      return 0;
    default:
      photo.fail_unsupported("a depth picture of other numbers than 8 or 16 bits or floats",
                             "Save it with 16 bits");
  }
}

Channels decode(const PhotoFile& photo, VipsImagePtr header) {
  Channels channels;
  channels.width = vips_image_get_width(header.get());
  channels.height = vips_image_get_height(header.get());
  channels.largest = largest_of(photo, header.get());
  const bool has_alpha = vips_image_hasalpha(header.get()) != 0;
  channels.count = static_cast<std::size_t>(vips_image_get_bands(header.get()) - (has_alpha ? 1 : 0));
  Chain chain(photo, std::move(header));
  if (has_alpha) chain.apply(vips_extract_band, 0, "n", static_cast<int>(channels.count));
  chain.apply(vips_cast, VIPS_FORMAT_FLOAT);
  std::size_t size = 0;
  const std::unique_ptr<void, void (*)(void*)> pixels(vips_image_write_to_memory(chain.image(), &size),
                                                      g_free);
  if (!pixels) photo.fail_decoding();
  photo.check_decoded();
  const auto* first = static_cast<const float*>(pixels.get());
  channels.values.assign(first, first + channels.pixels() * channels.count);
  return channels;
}

bool is_gray(const Channels& channels) {
  if (channels.count < 3) return true;
  for (std::size_t i = 0; i < channels.pixels(); ++i)
    if (channels.at(i, 0) != channels.at(i, 1) || channels.at(i, 0) != channels.at(i, 2)) return false;
  return true;
}

bool is_red_only(const Channels& channels) {
  for (std::size_t i = 0; i < channels.pixels(); ++i)
    if (channels.at(i, 1) != 0 || channels.at(i, 2) != 0) return false;
  return true;
}

/// This program's colors: near is warm. The nearest color of the map, found once for each of 32^3 colors.
Plane<float> values_of_colors(const PhotoFile& photo, const Channels& channels) {
  constexpr int kSteps = 256, kCells = 32;
  std::array<std::array<int, 3>, kSteps> colors;
  for (int i = 0; i < kSteps; ++i) {
    const auto color = turbo(static_cast<float>(i) / (kSteps - 1));
    colors[static_cast<std::size_t>(i)] = {color[0], color[1], color[2]};
  }
  const auto distance = [](const std::array<int, 3>& a, const std::array<int, 3>& b) {
    return std::hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
  };
  std::vector<int> nearest(kCells * kCells * kCells, -1);
  Plane<float> values(channels.width, channels.height, 0.0f);
  double off = 0;
  std::size_t count = 0;
  for (std::size_t i = 0; i < channels.pixels(); ++i) {
    const std::array<int, 3> color = {static_cast<int>(channels.at(i, 0)),
                                      static_cast<int>(channels.at(i, 1)),
                                      static_cast<int>(channels.at(i, 2))};
    if (color[0] + color[1] + color[2] <= kBlack) continue;
    int& cell =
        nearest[static_cast<std::size_t>((color[0] / 8 * kCells + color[1] / 8) * kCells + color[2] / 8)];
    if (cell < 0)
      cell = static_cast<int>(std::min_element(colors.begin(), colors.end(),
                                               [&](const auto& a, const auto& b) {
                                                 return distance(a, color) < distance(b, color);
                                               }) -
                              colors.begin());
    off += distance(colors[static_cast<std::size_t>(cell)], color);
    ++count;
    values.values()[i] = 1 - static_cast<float>(cell) / kSteps;  // above 0: no hole
  }
  if (count == 0 || off / static_cast<double>(count) > kColorMapTolerance)
    photo.fail_unsupported("a colored picture is not a depth map", "Save the depth as gray");
  return values;
}

/// The metres of 0 and 1 that this program's pictures hold.
struct Range {
  bool is_known = false, is_inverse = false;
  double near = 0, far = 0;
};

Range range_of(VipsImage* header) {
  const void* data = nullptr;
  std::size_t size = 0;
  if (vips_image_get_typeof(header, VIPS_META_XMP_NAME) == 0 ||
      vips_image_get_blob(header, VIPS_META_XMP_NAME, &data, &size) != 0)
    return {};
  const std::string_view packet(static_cast<const char*>(data), size);
  const auto near = xmp_number(packet, kGdepthSpace, "Near"), far = xmp_number(packet, kGdepthSpace, "Far");
  const auto format = xmp_text(packet, kGdepthSpace, "Format");
  if (!near || !far || !format || !std::isfinite(*near) || !std::isfinite(*far)) return {};
  return {true, *format == kRangeInverse, *near, *far};
}

Plane<float> gray_plane(const PhotoFile& photo, const Channels& channels) {
  if (!is_gray(channels) && !is_red_only(channels)) {
    if (channels.largest != 255) photo.fail_unsupported("a colored picture of more than 8 bits", "Save gray");
    Plane<float> values = values_of_colors(photo, channels);
    for (float& value : values.values()) value *= channels.largest;
    return values;
  }
  Plane<float> values(channels.width, channels.height);
  for (std::size_t i = 0; i < channels.pixels(); ++i) values.values()[i] = channels.at(i, 0);
  return values;
}

GivenDepth from_gray(const PhotoFile& photo, const DepthFileOptions& options) {
  VipsImagePtr header = photo.open();
  const PhotoInfo info = photo.info(header.get());
  LoadOptions limits;
  limits.max_pixels = options.max_pixels;
  const auto float_bytes = static_cast<std::int64_t>(sizeof(float)) * 2;
  photo.check_size(header.get(), info, limits,
                   float_bytes * info.width * info.height * vips_image_get_bands(header.get()));
  const Range range = options.unit ? Range() : range_of(header.get());
  const Channels channels = decode(photo, std::move(header));
  GivenDepth depth;
  depth.near = options.near;
  depth.values = gray_plane(photo, channels);
  // Zeros are holes: before the range gives them metres.
  for (float& value : depth.values.values())
    if (value == 0) value = kNoDepth;
  if (channels.largest == 0) {
    depth.unit = options.unit.value_or(GivenDepthUnit::metres);
  } else if (range.is_known) {
    scale_integers(depth.values, GivenDepthUnit::relative, channels.largest);
    to_metres(depth.values, {.is_disparity = range.is_inverse,
                             .least = range.is_inverse ? 1 / range.near : range.near,
                             .most = range.is_inverse ? 1 / range.far : range.far});
  } else {
    depth.unit = options.unit.value_or(GivenDepthUnit::relative);
    scale_integers(depth.values, depth.unit, channels.largest);
  }
  depth.values = made_upright(std::move(depth.values), info.orientation);
  return depth;
}

}  // namespace

void scale_integers(Plane<float>& values, GivenDepthUnit unit, float largest) {
  const float scale = unit == GivenDepthUnit::metres ? kMillimetresPerMetre : largest;
  for (float& value : values.values()) value /= scale;
}

GivenDepth read_picture_map(const MapFile& file, const DepthFileOptions& options) {
  const auto format = photo_format(file.bytes);
  if (format == PhotoFormat::jpeg || format == PhotoFormat::heif)
    if (auto inside = read_embedded_depth(file.bytes, file.name)) {
      GivenDepth depth = given_depth(std::move(*inside));
      depth.is_measured = false;
      return depth;
    }
  return from_gray(PhotoFile::from_memory(file.bytes, file.name), options);
}

}  // namespace portrait_depth::io
