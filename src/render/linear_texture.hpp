// A texture for filtering and blending in linear light: premultiplied, 16 bits a channel, with mipmaps.
#pragma once

#include <cstdint>
#include <vector>

#include "portrait_depth/image.hpp"
#include "portrait_depth/thread_pool.hpp"

namespace portrait_depth {

/// One size of a texture: red, green, blue (linear light × alpha) and alpha, 0..65535, interleaved. Each row
/// has one texel more than `width`, and there is one row more than `height`. Both repeat the last one, so
/// that bilinear filtering needs no test at the border.
struct TextureLevel {
  int width = 0, height = 0;
  std::vector<std::uint16_t> texels;

  std::size_t row_texels() const { return static_cast<std::size_t>(width) + 1; }
  std::uint16_t* row(int y) { return texels.data() + static_cast<std::size_t>(y) * row_texels() * 4; }
  const std::uint16_t* row(int y) const {
    return texels.data() + static_cast<std::size_t>(y) * row_texels() * 4;
  }
};

/// Level 0 has the picture's size. Each further level has half the size (rounded up), down to one texel.
struct LinearTexture {
  std::vector<TextureLevel> levels;

  int width() const { return levels.empty() ? 0 : levels.front().width; }
  int height() const { return levels.empty() ? 0 : levels.front().height; }
};

/// From sRGB, RGB or RGBA with straight alpha.
LinearTexture make_linear_texture(ImageView image, ThreadPool& threads);

}  // namespace portrait_depth
