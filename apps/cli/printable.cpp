#include "printable.hpp"

#include <array>
#include <cstdio>

namespace portrait_depth::cli {
namespace {

void append_escaped(unsigned char byte, std::string& text) {
  std::array<char, 8> code = {};
  std::snprintf(code.data(), code.size(), "\\x%02x", byte);
  text += code.data();
}

}  // namespace

std::string printable(std::string_view text) {
  constexpr unsigned char kFirstPrintable = 0x20, kDelete = 0x7F;
  constexpr unsigned char kLeadOfC1 = 0xC2, kFirstC1 = 0x80, kLastC1 = 0x9F;  // U+0080 … U+009F in UTF-8
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const auto next = static_cast<unsigned char>(i + 1 < text.size() ? text[i + 1] : 0);
    if (byte == '\n') {
      result += "\\n";
    } else if (byte == '\t') {
      result += "\\t";
    } else if (byte < kFirstPrintable || byte == kDelete) {
      append_escaped(byte, result);
    } else if (byte == kLeadOfC1 && next >= kFirstC1 && next <= kLastC1) {
      append_escaped(byte, result);
      append_escaped(next, result);
      ++i;
    } else {
      result += text[i];
    }
  }
  return result;
}

}  // namespace portrait_depth::cli
