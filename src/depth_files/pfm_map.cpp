// Portable FloatMap, by Paul Debevec's HDRShop: "Pf" or "PF", size, scale, rows from the bottom.
#include <bit>
#include <charconv>
#include <string_view>

#include "depth_files/map_formats.hpp"

namespace portrait_depth::io {
namespace {

constexpr std::string_view kSpaces = " \t\r\n";
constexpr std::size_t kLargestPfmHeader = 200;

std::string_view next_word(const MapFile& file, std::string_view text, std::size_t& at) {
  const std::size_t start = text.find_first_not_of(kSpaces, at);
  const std::size_t end = start == std::string_view::npos ? start : text.find_first_of(kSpaces, start);
  if (end == std::string_view::npos) file.fail_damaged("its header is incomplete");
  at = end + 1;  // one space ends the header
  return text.substr(start, end - start);
}

template <class Number>
Number next_number(const MapFile& file, std::string_view text, std::size_t& at) {
  const std::string_view word = next_word(file, text, at);
  Number number = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
  if (error != std::errc() || end != word.data() + word.size())
    file.fail_damaged("its header lacks width, height and scale");
  return number;
}

}  // namespace

bool is_pfm(ByteSpan bytes) {
  const std::string_view text = as_text(bytes);
  return text.size() > 2 && (text.starts_with("Pf") || text.starts_with("PF")) &&
         kSpaces.find(text[2]) != std::string_view::npos;
}

Plane<float> read_pfm(const MapFile& file) {
  const std::string_view header = as_text(file.bytes).substr(0, kLargestPfmHeader);
  const std::size_t channels = header[1] == 'F' ? 3 : 1;
  std::size_t at = 2;
  const auto width = next_number<std::int64_t>(file, header, at);
  const auto height = next_number<std::int64_t>(file, header, at);
  const auto scale = next_number<double>(file, header, at);
  file.check_size(width, height);
  const std::size_t row = static_cast<std::size_t>(width) * channels * sizeof(float);
  if ((file.bytes.size() - at) / row < static_cast<std::size_t>(height))
    file.fail_damaged("its numbers are incomplete");
  Plane<float> values(static_cast<int>(width), static_cast<int>(height));
  for (int y = 0; y < values.height(); ++y) {
    const std::size_t start = at + static_cast<std::size_t>(values.height() - 1 - y) * row;
    for (int x = 0; x < values.width(); ++x) {
      const std::size_t offset = start + static_cast<std::size_t>(x) * channels * sizeof(float);
      values(x, y) = std::bit_cast<float>(
          static_cast<std::uint32_t>(*read_number(file.bytes, offset, sizeof(float), scale < 0)));
    }
  }
  return values;
}

}  // namespace portrait_depth::io
