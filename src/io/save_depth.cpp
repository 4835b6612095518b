// Depth maps out: 16-bit pictures, NumPy's .npy (NEP 1, version 1.0), Paul Debevec's .pfm, and colored
// pictures.
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include "depth/no_depth.hpp"
#include "io/depth_xmp.hpp"
#include "io/output_file.hpp"
#include "io/picture_encoder.hpp"
#include "io/turbo.hpp"
#include "portrait_depth/io.hpp"

namespace portrait_depth {
namespace {

constexpr float kLargest = 65535, kMillimetresPerMetre = 1000;

// float32, row by row from the top; the background is NaN.
std::vector<float> float_values(const DepthMap& depth, DepthUnit unit) {
  std::vector<float> values = depth.to_array();
  for (int y = 0; y < depth.height(); ++y)
    for (int x = 0; x < depth.width(); ++x) {
      float& value = values[static_cast<std::size_t>(y) * static_cast<std::size_t>(depth.width()) + x];
      if (depth.mask()(x, y) < kPersonMask)
        value = kNoDepth;
      else if (unit == DepthUnit::metres)
        value = depth.metres()(x, y);
    }
  return values;
}

void append(std::vector<std::uint8_t>& bytes, const void* data, std::size_t size) {
  const std::size_t end = bytes.size();
  bytes.resize(end + size);
  std::memcpy(bytes.data() + end, data, size);
}

std::vector<std::uint8_t> encode_npy(const DepthMap& depth, DepthUnit unit) {
  static_assert(std::endian::native == std::endian::little, "the header declares little-endian");
  std::string header = "{'descr': '<f4', 'fortran_order': False, 'shape': (" +
                       std::to_string(depth.height()) + ", " + std::to_string(depth.width()) + "), }";
  constexpr std::size_t kStartSize = 10, kAlignment = 64;
  header.append(kAlignment - 1 - (kStartSize + header.size()) % kAlignment, ' ');
  header += '\n';
  const auto length = static_cast<std::uint16_t>(header.size());
  std::vector<std::uint8_t> bytes;
  append(bytes, "\x93NUMPY\x01\x00", 8);
  append(bytes, &length, sizeof length);
  append(bytes, header.data(), header.size());
  const auto values = float_values(depth, unit);
  append(bytes, values.data(), values.size() * sizeof(float));
  return bytes;
}

std::vector<std::uint8_t> encode_pfm(const DepthMap& depth, DepthUnit unit) {
  // A negative scale declares little-endian; rows go from the bottom to the top.
  const std::string header =
      "Pf\n" + std::to_string(depth.width()) + " " + std::to_string(depth.height()) + "\n-1.0\n";
  std::vector<std::uint8_t> bytes;
  append(bytes, header.data(), header.size());
  const auto values = float_values(depth, unit);
  const auto width = static_cast<std::size_t>(depth.width());
  for (int y = depth.height() - 1; y >= 0; --y)
    append(bytes, values.data() + static_cast<std::size_t>(y) * width, width * sizeof(float));
  return bytes;
}

// The API's value x 65535, or millimetres; the background is 0.
std::vector<std::uint16_t> integer_values(const DepthMap& depth, const std::filesystem::path& path,
                                          DepthUnit unit) {
  const auto values = float_values(depth, unit);
  std::vector<std::uint16_t> integers(values.size());
  const float scale = unit == DepthUnit::metres ? kMillimetresPerMetre : kLargest;
  if (std::any_of(values.begin(), values.end(), [scale](float value) { return value * scale > kLargest; }))
    throw Error(
        ErrorCode::unsupported,
        io::output_name(path) + ": metres beyond 65.535 do not fit 16 bits of millimetres; take npy or pfm");
  std::transform(values.begin(), values.end(), integers.begin(), [scale](float value) {
    return static_cast<std::uint16_t>(value > 0 ? std::lround(std::min(value * scale, kLargest)) : 0);
  });
  return integers;
}

// XMP with the metres of the values 0 and 65535.
std::string integer_metres(const DepthMap& depth, DepthUnit unit) {
  if (unit == DepthUnit::metres)
    return io::gdepth_packet(io::gdepth_range(io::kRangeLinear, 0, kLargest / kMillimetresPerMetre));
  const DepthLimits limits = depth.limits();
  return io::gdepth_packet(io::gdepth_range(io::kRangeLinear, 2 * limits.min_depth, 2 * limits.max_depth));
}

// Near is warm (or bright), far is cold (or dark), the background is black.
std::vector<std::uint8_t> colored_values(const DepthMap& depth, Colormap colormap) {
  const auto values = float_values(depth, DepthUnit::relative);
  std::vector<std::uint8_t> colors;
  colors.reserve(values.size() * 3);
  for (const float value : values) {
    std::array<std::uint8_t, 3> color = {0, 0, 0};
    if (!std::isnan(value)) {
      const auto gray = static_cast<std::uint8_t>(std::lround((1 - value) * 255));
      color = colormap == Colormap::turbo ? io::turbo(1 - value) : std::array{gray, gray, gray};
    }
    colors.insert(colors.end(), color.begin(), color.end());
  }
  return colors;
}

bool holds_16_bits(const std::string& format) {
  return format == "png" || format == "tiff";
}
bool holds_floats(const std::string& format) {
  return format == "npy" || format == "pfm";
}

std::vector<std::uint8_t> encode_depth(const DepthMap& depth, const std::filesystem::path& path,
                                       const std::string& format, const SaveDepthOptions& options) {
  if (format == "npy") return encode_npy(depth, options.unit.value_or(DepthUnit::metres));
  if (format == "pfm") return encode_pfm(depth, options.unit.value_or(DepthUnit::metres));
  if (holds_16_bits(format) && !options.colormap) {
    const auto values = integer_values(depth, path, options.unit.value_or(DepthUnit::relative));
    return io::encode_picture({values.data(), depth.width(), depth.height(), 1, 16}, format, path,
                              integer_metres(depth, options.unit.value_or(DepthUnit::relative)));
  }
  const auto colors = colored_values(depth, options.colormap.value_or(Colormap::turbo));
  return io::encode_picture({colors.data(), depth.width(), depth.height(), 3, 8}, format, path);
}

}  // namespace

void check_save_depth(const std::filesystem::path& path, const SaveDepthOptions& options) {
  const std::string name = io::output_name(path);
  const std::string format = io::output_format(path, options.format);
  const auto formats = depth_formats();
  if (std::find(formats.begin(), formats.end(), format == "jpeg" ? "jpg" : format) == formats.end())
    throw Error(ErrorCode::unsupported, name + ": depth cannot be written as " + format +
                                            "; take png, tiff, npy, pfm, jpg, webp or avif");
  if (options.colormap && holds_floats(format))
    throw Error(ErrorCode::unsupported,
                name + ": " + format + " holds numbers, not colors; take png or jpg, or no color map");
  const bool is_colored = options.colormap || !(holds_floats(format) || holds_16_bits(format));
  if (is_colored && options.unit == DepthUnit::metres)
    throw Error(ErrorCode::unsupported,
                name + ": colors are relative, not metres; take npy, pfm, tiff or png without a color map");
}

void save_depth(const DepthMap& depth, const std::filesystem::path& path, const SaveDepthOptions& options) {
  if (depth.metres().empty())
    throw Error(ErrorCode::invalid_argument, io::output_name(path) + ": an empty depth map cannot be saved");
  check_save_depth(path, options);
  const std::string format = io::output_format(path, options.format);
  io::write_file(path, encode_depth(depth, path, format, options));
}

std::vector<std::string> depth_formats() {
  return {"png", "tiff", "npy", "pfm", "jpg", "webp", "avif"};
}

}  // namespace portrait_depth
