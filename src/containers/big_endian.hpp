// Numbers as bytes, the most significant one first.
#pragma once

#include <cstdint>
#include <string>

namespace portrait_depth::io {

/// The lowest `bytes` bytes of `value`, 1 to 8.
inline std::string big_endian(std::uint64_t value, int bytes) {
  std::string text;
  for (int i = bytes - 1; i >= 0; --i) text += static_cast<char>(value >> (8 * i) & 255);
  return text;
}

}  // namespace portrait_depth::io
