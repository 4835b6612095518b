#include "texture.hpp"

#include <png.h>

#include <array>
#include <cmath>
#include <string>

#include "image/srgb.hpp"

namespace portrait_depth::people {
namespace {

Image read_png(const std::filesystem::path& file) {
  png_image png{};
  png.version = PNG_IMAGE_VERSION;
  if (!png_image_begin_read_from_file(&png, file.c_str()))
    throw Error(ErrorCode::unreadable,
                file.string() + ": " + png.message + "; is --parts the folder of parts?");
  png.format = PNG_FORMAT_RGBA;
  Image image(static_cast<int>(png.width), static_cast<int>(png.height), 4);
  if (!png_image_finish_read(&png, nullptr, image.row(0), 0, nullptr))
    throw Error(ErrorCode::unreadable, file.string() + ": " + png.message + "; fetch the parts again");
  return image;
}

// Colors are weighted by alpha, so that those of transparent pixels do not bleed in.
Image halved(const Image& source) {
  Image half(std::max(1, source.width() / 2), std::max(1, source.height() / 2), 4);
  for (int y = 0; y < half.height(); ++y) {
    for (int x = 0; x < half.width(); ++x) {
      std::array<int, 3> color{}, plain{};
      int alpha = 0;
      for (int k = 0; k < 4; ++k) {
        const std::uint8_t* p = source.pixel(std::min(2 * x + k % 2, source.width() - 1),
                                             std::min(2 * y + k / 2, source.height() - 1));
        for (int c = 0; c < 3; ++c) {
          color[c] += p[c] * p[3];
          plain[c] += p[c];
        }
        alpha += p[3];
      }
      std::uint8_t* out = half.pixel(x, y);
      for (int c = 0; c < 3; ++c)
        out[c] = static_cast<std::uint8_t>(alpha > 0 ? (color[c] + alpha / 2) / alpha : (plain[c] + 2) / 4);
      out[3] = static_cast<std::uint8_t>((alpha + 2) / 4);
    }
  }
  return half;
}

struct Taps {
  std::array<const std::uint8_t*, 4> pixel{};
  std::array<float, 4> weight{};
};

int wrapped(int value, int size) {
  value %= size;
  return value < 0 ? value + size : value;
}

Taps bilinear(const Image& image, Vec2 uv) {
  const float x = uv.x * static_cast<float>(image.width()) - 0.5f;
  const float y = (1 - uv.y) * static_cast<float>(image.height()) - 0.5f;
  const float left = std::floor(x), top = std::floor(y), fx = x - left, fy = y - top;
  const int x0 = wrapped(static_cast<int>(left), image.width()),
            y0 = wrapped(static_cast<int>(top), image.height());
  const int x1 = x0 + 1 == image.width() ? 0 : x0 + 1, y1 = y0 + 1 == image.height() ? 0 : y0 + 1;
  return {{image.pixel(x0, y0), image.pixel(x1, y0), image.pixel(x0, y1), image.pixel(x1, y1)},
          {(1 - fx) * (1 - fy), fx * (1 - fy), (1 - fx) * fy, fx * fy}};
}

}  // namespace

Texture::Texture(const std::filesystem::path& png) {
  levels_.push_back(read_png(png));
  const Image& full = levels_[0];
  for (int y = 0; y < full.height() && !has_alpha_; ++y)
    for (int x = 0; x < full.width() && !has_alpha_; ++x) has_alpha_ = full.pixel(x, y)[3] < 250;
  while (levels_.back().width() > 4 && levels_.back().height() > 4) levels_.push_back(halved(levels_.back()));
}

Texel Texture::sample(Vec2 uv, int level) const {
  const Taps taps = bilinear(levels_[static_cast<std::size_t>(std::clamp(level, 0, levels() - 1))], uv);
  const auto& linear = linear_from_srgb_table();
  Texel texel{{0, 0, 0}, 0};
  Vec3 plain;
  for (int k = 0; k < 4; ++k) {
    const std::uint8_t* p = taps.pixel[k];
    const Vec3 color{linear[p[0]], linear[p[1]], linear[p[2]]};
    const float alpha = taps.weight[k] * static_cast<float>(p[3]) * (1.0f / 255);
    texel.color += color * alpha;
    plain += color * taps.weight[k];
    texel.alpha += alpha;
  }
  texel.color = texel.alpha > 1e-3f ? texel.color * (1 / texel.alpha) : plain;
  return texel;
}

float Texture::alpha(Vec2 uv, int level) const {
  if (!has_alpha_) return 1;
  const Taps taps = bilinear(levels_[static_cast<std::size_t>(std::clamp(level, 0, levels() - 1))], uv);
  float sum = 0;
  for (int k = 0; k < 4; ++k) sum += taps.weight[k] * static_cast<float>(taps.pixel[k][3]);
  return sum * (1.0f / 255);
}

}  // namespace portrait_depth::people
