#include "text/base64.hpp"

#include <algorithm>
#include <array>

namespace portrait_depth {
namespace {

constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t kNoLetter = 255;

constexpr std::array<std::uint8_t, 256> make_values() {
  std::array<std::uint8_t, 256> values = {};
  for (auto& value : values) value = kNoLetter;
  for (std::size_t i = 0; i < kLetters.size(); ++i)
    values[static_cast<unsigned char>(kLetters[i])] = static_cast<std::uint8_t>(i);
  return values;
}

}  // namespace

std::string base64(std::span<const std::uint8_t> bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t count = std::min<std::size_t>(3, bytes.size() - i);
    unsigned group = 0;
    for (std::size_t k = 0; k < 3; ++k) group = group << 8 | (k < count ? bytes[i + k] : 0u);
    for (std::size_t k = 0; k < 4; ++k) text += k <= count ? kLetters[group >> (18 - 6 * k) & 63] : '=';
  }
  return text;
}

std::vector<std::uint8_t> bytes_from_base64(std::string_view text) {
  static constexpr auto kValues = make_values();
  std::vector<std::uint8_t> bytes;
  bytes.reserve(text.size() / 4 * 3 + 3);
  unsigned group = 0;
  int bits = 0;
  for (std::size_t i = 0; i < text.size() && text[i] != '='; ++i) {
    if (text[i] == '&') {
      i = text.find(';', i);
      if (i == std::string_view::npos) break;
      continue;
    }
    const std::uint8_t value = kValues[static_cast<unsigned char>(text[i])];
    if (value == kNoLetter) continue;
    group = (group << 6 | value) & 0xFFFFFF;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push_back(static_cast<std::uint8_t>(group >> bits));
  }
  return bytes;
}

}  // namespace portrait_depth
