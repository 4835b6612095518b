// GIF's compression.
#pragma once

#include <cstdint>
#include <vector>

#include "portrait_depth/image.hpp"

namespace portrait_depth::wasm {

/// Appends 8-bit palette indices as GIF's image data: code size, sub-blocks, terminator. After: T. Welch, "A
/// Technique for High-Performance Data Compression", 1984, with GIF's codes of growing length.
void append_lzw(PlaneView<const std::uint8_t> indices, std::vector<std::uint8_t>& bytes);

}  // namespace portrait_depth::wasm
