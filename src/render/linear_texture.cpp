#include "render/linear_texture.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "image/srgb.hpp"

namespace portrait_depth {
namespace {

constexpr float kOne = 65535.0f;

void repeat_last_texel(std::uint16_t* row, int width) {
  std::copy_n(row + (width - 1) * 4, 4, row + width * 4);
}

void repeat_last_row(TextureLevel& level) {
  std::copy_n(level.row(level.height - 1), level.row_texels() * 4, level.row(level.height));
}

TextureLevel make_level(int width, int height) {
  TextureLevel level{width, height, {}};
  level.texels.resize(level.row_texels() * (static_cast<std::size_t>(height) + 1) * 4);
  return level;
}

TextureLevel decode(ImageView image, ThreadPool& threads) {
  std::array<std::uint16_t, 256> linear{};
  for (std::size_t i = 0; i < linear.size(); ++i)
    linear[i] =
        static_cast<std::uint16_t>(std::lround(linear_from_srgb(static_cast<std::uint8_t>(i)) * kOne));
  TextureLevel level = make_level(image.width(), image.height());
  threads.parallel_for(image.height(), [&](int y, int) {
    const std::uint8_t* from = image.row(y);
    std::uint16_t* to = level.row(y);
    for (int x = 0; x < image.width(); ++x, from += image.channels(), to += 4) {
      const unsigned alpha = image.channels() == 4 ? from[3] : 255u;
      for (int c = 0; c < 3; ++c) to[c] = static_cast<std::uint16_t>((linear[from[c]] * alpha + 127u) / 255u);
      to[3] = static_cast<std::uint16_t>(alpha * 257u);
    }
    repeat_last_texel(level.row(y), level.width);
  });
  repeat_last_row(level);
  return level;
}

// The mean of 2 x 2 texels; an odd last row or column counts twice.
TextureLevel halve(const TextureLevel& level, ThreadPool& threads) {
  TextureLevel half = make_level((level.width + 1) / 2, (level.height + 1) / 2);
  threads.parallel_for(half.height, [&](int y, int) {
    const std::uint16_t *upper = level.row(2 * y), *lower = level.row(std::min(2 * y + 1, level.height - 1));
    std::uint16_t* to = half.row(y);
    for (int x = 0; x < half.width; ++x, upper += 8, lower += 8, to += 4)
      for (int c = 0; c < 4; ++c)
        to[c] = static_cast<std::uint16_t>(
            (unsigned{upper[c]} + upper[c + 4] + lower[c] + lower[c + 4] + 2u) / 4u);
    repeat_last_texel(half.row(y), half.width);
  });
  repeat_last_row(half);
  return half;
}

}  // namespace

LinearTexture make_linear_texture(ImageView image, ThreadPool& threads) {
  LinearTexture texture;
  if (image.empty()) return texture;
  texture.levels.push_back(decode(image, threads));
  while (texture.levels.back().width > 1 || texture.levels.back().height > 1)
    texture.levels.push_back(halve(texture.levels.back(), threads));
  return texture;
}

}  // namespace portrait_depth
