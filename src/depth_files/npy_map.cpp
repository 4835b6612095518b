// NumPy's .npy: NEP 1, "A Simple File Format for NumPy Arrays".
#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cstring>
#include <optional>
#include <string_view>
#include <vector>

#include "depth_files/map_formats.hpp"

namespace portrait_depth::io {
namespace {

constexpr std::string_view kNpyMagic("\x93NUMPY", 6);
constexpr std::size_t kLargestNpyHeader = 65536;

/// The text behind 'key': in the header's dictionary.
std::string_view value_of(const MapFile& file, std::string_view header, const std::string& key) {
  for (const char quote : {'\'', '"'}) {
    const std::size_t at = header.find(quote + key + quote);
    const std::size_t colon = at == std::string_view::npos ? at : header.find(':', at);
    if (colon == std::string_view::npos) continue;
    const std::size_t start = header.find_first_not_of(' ', colon + 1);
    if (start != std::string_view::npos) return header.substr(start);
  }
  file.fail_damaged("its header lacks " + key);
}

std::vector<std::int64_t> shape_of(const MapFile& file, std::string_view text) {
  std::vector<std::int64_t> shape;
  const std::size_t end = text.find(')');
  if (text.empty() || text.front() != '(' || end == std::string_view::npos)
    file.fail_damaged("its header has no shape");
  text = text.substr(1, end - 1);
  while (!text.empty()) {
    std::int64_t length = 0;
    const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), length);
    if (error != std::errc() || length < 0) file.fail_damaged("its header has no shape");
    shape.push_back(length);
    text.remove_prefix(static_cast<std::size_t>(rest - text.data()));
    const std::size_t next = text.find_first_not_of(" ,L");
    text.remove_prefix(std::min(next, text.size()));
  }
  return shape;
}

float half(std::uint16_t bits) {
  const int exponent = bits >> 10 & 31;
  const auto mantissa = static_cast<std::uint32_t>(bits & 1023);
  const float sign = (bits >> 15) != 0 ? -1.0f : 1.0f;
  if (exponent == 0) return sign * static_cast<float>(mantissa) * 0x1p-24f;
  return sign * std::bit_cast<float>(exponent == 31
                                         ? 0x7F800000u | mantissa << 13
                                         : static_cast<std::uint32_t>(exponent + 112) << 23 | mantissa << 13);
}

/// The element type of NumPy's descriptor, such as <f4.
struct Type {
  char kind = 'f';
  std::size_t size = 4;
  bool is_little = true;

  float number(ByteSpan bytes, std::size_t at) const {
    const std::uint64_t bits = *read_number(bytes, at, size, is_little);
    if (kind == 'f' && size == 2) return half(static_cast<std::uint16_t>(bits));
    if (kind == 'f' && size == 4) return std::bit_cast<float>(static_cast<std::uint32_t>(bits));
    if (kind == 'f') return static_cast<float>(std::bit_cast<double>(bits));
    if (kind == 'u') return static_cast<float>(bits);
    const int unused = 64 - 8 * static_cast<int>(size);
    return static_cast<float>(static_cast<std::int64_t>(bits << unused) >> unused);
  }
};

Type type_of(const MapFile& file, std::string_view text) {
  constexpr std::array kKnown = {"f2", "f4", "f8", "u1", "u2", "u4", "u8", "i1", "i2", "i4", "i8"};
  const std::string name(text.substr(0, std::min<std::size_t>(5, text.size())));
  if (name.size() == 5 && (name[0] == '\'' || name[0] == '"') && name[4] == name[0]) {
    const std::string kind = name.substr(2, 2);
    const bool is_known =
        std::any_of(kKnown.begin(), kKnown.end(), [&](const char* known) { return kind == known; });
    if (is_known) return {kind[0], static_cast<std::size_t>(kind[1] - '0'), name[1] != '>'};
  }
  file.fail_unsupported("an array that does not hold plain numbers", "Save it as float32");
}

}  // namespace

bool is_npy(ByteSpan bytes) {
  return as_text(bytes).starts_with(kNpyMagic);
}

NumberMap read_npy(const MapFile& file) {
  const ByteSpan bytes = file.bytes;
  const auto version = read_number(bytes, kNpyMagic.size(), 1);
  const std::size_t length_size = version == 1u ? 2 : 4, start = kNpyMagic.size() + 2 + length_size;
  const auto length = read_number(bytes, kNpyMagic.size() + 2, length_size, true);
  if (!version || !length || *length > kLargestNpyHeader || *length > bytes.size() - start)
    file.fail_damaged("its header is incomplete");
  const std::string_view header = as_text(bytes.subspan(start, *length));
  const Type type = type_of(file, value_of(file, header, "descr"));
  const bool is_by_columns = value_of(file, header, "fortran_order").starts_with("True");
  std::vector<std::int64_t> shape = shape_of(file, value_of(file, header, "shape"));
  if (const auto single = std::find(shape.begin(), shape.end(), 1);
      shape.size() == 3 && single != shape.end())
    shape.erase(single);
  if (shape.size() != 2) file.fail_unsupported("an array that is not height x width", "Save one plane");
  file.check_size(shape[1], shape[0]);
  const ByteSpan data = bytes.subspan(start + *length);
  const auto width = static_cast<std::size_t>(shape[1]), height = static_cast<std::size_t>(shape[0]);
  if (data.size() / type.size < width * height) file.fail_damaged("its numbers are incomplete");
  NumberMap map{Plane<float>(static_cast<int>(shape[1]), static_cast<int>(shape[0])), type.kind == 'f'};
  for (std::size_t y = 0; y < height; ++y)
    for (std::size_t x = 0; x < width; ++x)
      map.values(static_cast<int>(x), static_cast<int>(y)) =
          type.number(data, (is_by_columns ? x * height + y : y * width + x) * type.size);
  return map;
}

}  // namespace portrait_depth::io
