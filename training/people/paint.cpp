#include "paint.hpp"

#include <algorithm>
#include <cmath>

namespace portrait_depth::people {
namespace {

std::uint32_t lattice_hash(int x, int y, int z, std::uint32_t seed) {
  std::uint32_t h = seed ^ (static_cast<std::uint32_t>(x) * 0x8DA6B343u) ^
                    (static_cast<std::uint32_t>(y) * 0xD8163841u) ^
                    (static_cast<std::uint32_t>(z) * 0xCB1AB31Fu);
  h = (h ^ (h >> 15)) * 0x2C1B3C6Du;
  h = (h ^ (h >> 12)) * 0x297A2D39u;
  return h ^ (h >> 15);
}

float lattice_value(int x, int y, int z, std::uint32_t seed) {
  return static_cast<float>(lattice_hash(x, y, z, seed) >> 8) * 0x1p-24f;
}

Vec3 powered(Vec3 c, float exponent) {
  return {std::pow(c.x, exponent), std::pow(c.y, exponent), std::pow(c.z, exponent)};
}
Vec3 quotient(Vec3 a, Vec3 b) {
  return {a.x / std::max(b.x, 1e-3f), a.y / std::max(b.y, 1e-3f), a.z / std::max(b.z, 1e-3f)};
}
Vec3 limited(Vec3 c) {
  return {std::clamp(c.x, 0.0f, 0.95f), std::clamp(c.y, 0.0f, 0.95f), std::clamp(c.z, 0.0f, 0.95f)};
}

struct Spot {
  float cover = 0;  ///< 0..1.
  float kind = 0;   ///< 0..1, constant over the spot.
};

// Spots of random size on a jittered lattice of pitch 1.
Spot spot_at(Vec3 p, std::uint32_t seed) {
  const int x = static_cast<int>(std::floor(p.x)), y = static_cast<int>(std::floor(p.y)),
            z = static_cast<int>(std::floor(p.z));
  const Vec3 center{static_cast<float>(x) + 0.25f + 0.5f * lattice_value(x, y, z, seed + 1),
                    static_cast<float>(y) + 0.25f + 0.5f * lattice_value(x, y, z, seed + 2),
                    static_cast<float>(z) + 0.25f + 0.5f * lattice_value(x, y, z, seed + 3)};
  const float radius = 0.45f * lattice_value(x, y, z, seed + 4);
  return {1 - smoothstep(radius * 0.5f, radius + 0.05f, length(p - center)),
          lattice_value(x, y, z, seed + 5)};
}

struct Painter {
  const PaintPoint& at;

  Vec3 operator()(const PlainPaint& paint) const {
    if (paint.grain <= 0) return paint.color;
    return paint.color * (1 + paint.grain * (value_noise(at.rest * 700, 11) - 0.5f));
  }

  Vec3 operator()(const TexturePaint& paint) const {
    return limited(paint.texture->sample(at.uv, at.level).color * paint.gain);
  }

  Vec3 operator()(const SkinPaint& paint) const {
    Vec3 ratio = quotient(paint.texture->sample(at.uv, at.level).color, paint.mean);
    if (paint.contrast != 1) ratio = powered(ratio, paint.contrast);
    Vec3 color = paint.target * ratio;
    if (paint.mottling > 0) {
      const float m = paint.mottling * (value_noise(at.rest * 45, paint.seed) - 0.5f);
      color = color * Vec3{1 + 0.5f * m, 1 + m, 1 + m};
    }
    if (paint.freckles > 0) {
      const float patch = smoothstep(0.35f, 0.65f, value_noise(at.rest * 25, paint.seed + 9));
      color = color * (Vec3{1, 1, 1} - Vec3{0.25f, 0.45f, 0.5f} * (paint.freckles * patch *
                                                                   spot_at(at.rest * 350, paint.seed).cover));
    }
    if (paint.stubble > 0 && at.mask > 0) {
      const float grain = 0.65f + 0.7f * value_noise(at.rest * 900, paint.seed + 5);
      color = mix(color, paint.stubble_color, std::min(1.0f, paint.stubble * at.mask * grain));
    }
    if (paint.lipstick > 0) {
      const Vec3 d = at.rest - paint.mouth;
      const float near =
          1 - smoothstep(0.8f, 1.15f,
                         std::sqrt((d.x * d.x) / (0.028f * 0.028f) + (d.y * d.y) / (0.012f * 0.012f)));
      // Lips are redder than the skin around them.
      const float redness = ratio.x / std::max(0.05f, 0.5f * (ratio.y + ratio.z));
      const float lips = near * smoothstep(1.05f, 1.3f, redness) * (d.z > -0.03f ? 1.0f : 0.0f);
      color = mix(color, paint.lip_color * luminance(ratio), paint.lipstick * lips);
    }
    return limited(color);
  }

  Vec3 operator()(const HairPaint& paint) const {
    // Some textures of brows and lashes are black.
    const float shade = paint.texture == nullptr || paint.mean_luminance < 1e-3f
                            ? 1
                            : luminance(paint.texture->sample(at.uv, at.level).color) / paint.mean_luminance;
    const float along = smoothstep(paint.top, paint.bottom, at.rest.y);
    Vec3 color = mix(paint.root, paint.tip, along);
    if (paint.streaks > 0) {
      const float streak = value_noise(
          paint.texture != nullptr ? Vec3{at.uv.x * 60, at.uv.y * 6, 0} : at.rest * 400, paint.seed);
      color = color * (1 + paint.streaks * (streak - 0.5f));
    }
    return limited(color * std::pow(std::clamp(shade, 0.02f, 6.0f), paint.contrast));
  }

  Vec3 operator()(const ClothPaint& paint) const {
    Vec3 texture = paint.texture != nullptr ? paint.texture->sample(at.uv, at.level).color : paint.mean;
    const float shade = luminance(texture) / std::max(luminance(paint.mean), 1e-3f);
    Vec3 color = paint.color * shade;
    if (paint.keep_colors) {
      constexpr int kTurns[6][3] = {{0, 1, 2}, {1, 2, 0}, {2, 0, 1}, {0, 2, 1}, {1, 0, 2}, {2, 1, 0}};
      const float channels[3] = {texture.x, texture.y, texture.z};
      const int* turn = kTurns[paint.channel_turn % 6];
      color = Vec3{channels[turn[0]], channels[turn[1]], channels[turn[2]]} * paint.gain;
    }
    const Mark mark = mark_at(paint);
    color = mix(color, mix(paint.second, paint.third, mark.third) * shade, paint.strength * mark.cover);
    if (paint.yarn.share > 0) {
      const float speck = value_noise(quotient(at.rest, paint.yarn.grain), paint.seed + 21);
      const float edge = 0.2f + 0.6f * paint.yarn.share;
      color = mix(color, paint.yarn.color * shade, 1 - smoothstep(edge - 0.12f, edge + 0.12f, speck));
    }
    return limited(color);
  }

  struct Mark {
    float cover = 0;  ///< Coverage by the pattern's colors, 0..1.
    float third = 0;  ///< 0: the second color, 1: the third.
  };

  Mark mark_at(const ClothPaint& paint) const {
    const Vec3 p = at.rest * (1 / paint.period);
    const auto band = [](float value, float share) {
      return value - std::floor(value) < share ? 1.0f : 0.0f;
    };
    switch (paint.pattern) {
      case Pattern::none:
        return {};
      case Pattern::stripes_across:
        return {band(p.y, 0.45f)};
      case Pattern::stripes_down:
        return {band(p.x, 0.3f)};
      case Pattern::checks:
        return {std::abs(band(p.y, 0.5f) - band(p.x, 0.5f))};
      case Pattern::plaid:
        return {0.5f * band(p.y, 0.4f) + 0.5f * band(p.x, 0.4f)};
      case Pattern::dots: {
        const float x = p.x - std::floor(p.x) - 0.5f, y = p.y - std::floor(p.y) - 0.5f;
        return {x * x + y * y < 0.06f ? 1.0f : 0.0f};
      }
      case Pattern::blotches:
        return {smoothstep(0.5f, 0.58f, value_noise(p * 0.7f, paint.seed)),
                smoothstep(0.5f, 0.58f, value_noise(p * 0.9f, paint.seed + 3))};
      case Pattern::flowers: {
        const Spot spot = spot_at(p, paint.seed);
        return {spot.cover, spot.kind < 0.5f ? 0.0f : 1.0f};
      }
      case Pattern::print: {
        const Vec3 d = at.rest - paint.chest;
        if (std::abs(d.x) > 0.11f || std::abs(d.y) > 0.09f || d.z < -0.12f) return {};
        return {smoothstep(0.48f, 0.52f, value_noise(at.rest * 40, paint.seed))};
      }
    }
    return {};
  }
};

}  // namespace

Vec3 color_at(const Paint& paint, const PaintPoint& point) {
  return std::visit(Painter{point}, paint);
}

const Texture* texture_of(const Paint& paint) {
  return std::visit(
      [](const auto& p) -> const Texture* {
        if constexpr (requires { p.texture; })
          return p.texture;
        else
          return nullptr;
      },
      paint);
}

float value_noise(Vec3 point, std::uint32_t seed) {
  const Vec3 low{std::floor(point.x), std::floor(point.y), std::floor(point.z)};
  const int x = static_cast<int>(low.x), y = static_cast<int>(low.y), z = static_cast<int>(low.z);
  const Vec3 f = point - low;
  const auto fade = [](float t) { return t * t * (3 - 2 * t); };
  const float u = fade(f.x), v = fade(f.y), w = fade(f.z);
  const auto row = [&](int dy, int dz) {
    return mix(lattice_value(x, y + dy, z + dz, seed), lattice_value(x + 1, y + dy, z + dz, seed), u);
  };
  return mix(mix(row(0, 0), row(1, 0), v), mix(row(0, 1), row(1, 1), v), w);
}

}  // namespace portrait_depth::people
