// Numbers at offsets of an untrusted file: every read is checked against the file's size.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace portrait_depth::io {

using ByteSpan = std::span<const std::uint8_t>;

inline std::string_view as_text(ByteSpan bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// An unsigned number of `size` bytes, at most 8, at `offset`; std::nullopt if it extends past the end of the
/// bytes.
inline std::optional<std::uint64_t> read_number(ByteSpan bytes, std::uint64_t offset, std::size_t size,
                                                bool is_little_endian = false) {
  if (offset > bytes.size() || size > bytes.size() - offset) return std::nullopt;
  const ByteSpan digits = bytes.subspan(offset, size);
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < size; ++i) value = value << 8 | digits[is_little_endian ? size - 1 - i : i];
  return value;
}

/// A part of `source`; empty if it extends past the end.
inline ByteSpan part_of(ByteSpan source, std::uint64_t offset, std::uint64_t length) {
  if (offset > source.size() || length > source.size() - offset) return {};
  return source.subspan(static_cast<std::size_t>(offset), static_cast<std::size_t>(length));
}

}  // namespace portrait_depth::io
