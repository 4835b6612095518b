#include "colors.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

#include "image/srgb.hpp"
#include "paint.hpp"

namespace portrait_depth::people {
namespace {

constexpr std::array<std::array<std::uint8_t, 3>, 10> kMonk{{{0xF6, 0xED, 0xE4},
                                                             {0xF3, 0xE7, 0xDB},
                                                             {0xF7, 0xEA, 0xD0},
                                                             {0xEA, 0xDA, 0xBA},
                                                             {0xD7, 0xBD, 0x96},
                                                             {0xA0, 0x7E, 0x56},
                                                             {0x82, 0x5C, 0x43},
                                                             {0x60, 0x41, 0x34},
                                                             {0x3A, 0x31, 0x2A},
                                                             {0x29, 0x24, 0x20}}};

Vec3 linear(std::uint8_t r, std::uint8_t g, std::uint8_t b) {
  return {linear_from_srgb(r), linear_from_srgb(g), linear_from_srgb(b)};
}

}  // namespace

Vec3 from_hsv(float hue, float saturation, float value) {
  const auto channel = [&](float n) {
    const float k = std::fmod(n + hue * 6, 6.0f);
    return value - value * saturation * std::max(0.0f, std::min({k, 4 - k, 1.0f}));
  };
  const Vec3 c{channel(5), channel(3), channel(1)};
  return c * c;  // about linear
}

Vec3 cloth_color(Random& random) {
  const float kind = random.unit();
  if (kind < 0.35f) {  // black to white
    const float gray = random.between(0.1f, 0.97f);
    return from_hsv(random.unit(), random.between(0, 0.12f), gray);
  }
  if (kind < 0.5f)
    return from_hsv(random.between(0.55f, 0.66f), random.between(0.2f, 0.8f),
                    random.between(0.15f, 0.8f));           // denim, navy
  const float bright = random.chance(0.1f) ? 1.0f : 0.65f;  // neon is rare
  return from_hsv(random.unit(), bright * random.between(0.15f, 1), random.between(0.2f, 0.9f));
}

Vec3 monk_tone(float tone) {
  const float at = std::clamp(tone, 1.0f, 10.0f) - 1;
  const auto low = static_cast<std::size_t>(std::min(at, 8.999f));
  const auto swatch = [](std::size_t i) { return linear(kMonk[i][0], kMonk[i][1], kMonk[i][2]); };
  const Vec3 color = mix(swatch(low), swatch(low + 1), at - static_cast<float>(low));
  // Swatches are colors of lit faces on a screen; the lightest skin has a reflectance of about 0.5.
  const float shade = luminance(color);
  return color * mix(1.15f, 0.58f, smoothstep(0.02f, 0.7f, shade));
}

}  // namespace portrait_depth::people
