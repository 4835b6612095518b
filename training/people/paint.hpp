// Surface colors: textures recolored, patterns, plain colors. All colors here are linear light.
#pragma once

#include <cstdint>
#include <variant>

#include "texture.hpp"
#include "vectors.hpp"

namespace portrait_depth::people {

/// A place on a surface. `rest` is the point on the unposed body in metres; `mask` is the surface's
/// own per-vertex value (beard density on skin).
struct PaintPoint {
  Vec2 uv{};
  int level = 0;
  Vec3 rest{};
  float mask = 0;
};

struct PlainPaint {
  Vec3 color{0.5f, 0.5f, 0.5f};
  float grain = 0;  ///< Strength of a fine noise.
};

/// A texture times a gain.
struct TexturePaint {
  const Texture* texture = nullptr;
  Vec3 gain{1, 1, 1};
};

struct SkinPaint {
  const Texture* texture = nullptr;
  Vec3 mean{0.5f, 0.5f, 0.5f};    ///< The texture's mean on the face.
  Vec3 target{0.5f, 0.5f, 0.5f};  ///< The color that the mean becomes.
  float contrast = 1;             ///< Exponent on the texture's deviation from its mean.
  float freckles = 0, mottling = 0, stubble = 0;
  Vec3 stubble_color{};
  Vec3 mouth{};  ///< Middle of the lips on the unposed body; make-up is painted about it.
  float lipstick = 0;
  Vec3 lip_color{};
  std::uint32_t seed = 0;
};

struct HairPaint {
  const Texture* texture = nullptr;
  float mean_luminance = 0.1f;
  Vec3 root{}, tip{};               ///< The color of the strands at the top of the head and at their ends.
  float top = 1.7f, bottom = 1.4f;  ///< Heights of these colors on the unposed body, metres.
  float contrast = 1, streaks = 0;
  std::uint32_t seed = 0;
};

enum class Pattern : std::uint8_t {
  none,
  stripes_across,
  stripes_down,
  checks,
  plaid,
  dots,
  blotches,
  flowers,
  print
};

/// Yarn of two colors, as in marled knits and tweed: `color` in `share` of the cloth.
struct Yarn {
  float share = 0;
  Vec3 color{};
  Vec3 grain{0.003f, 0.003f, 0.003f};  ///< Size of a speck across, up and in depth, metres.
};

struct ClothPaint {
  const Texture* texture = nullptr;
  Vec3 mean{0.5f, 0.5f, 0.5f};
  bool keep_colors = true;  ///< true: the texture's colors times `gain`; false: its shading in `color`.
  Vec3 gain{1, 1, 1};
  int channel_turn = 0;  ///< The permutation of red, green and blue, 0..5.
  Vec3 color{0.5f, 0.5f, 0.5f}, second{0.1f, 0.1f, 0.1f}, third{0.1f, 0.1f, 0.1f};
  Pattern pattern = Pattern::none;
  float period = 0.04f;  ///< Of the pattern, metres.
  float strength = 1;
  Yarn yarn{};
  Vec3 chest{};  ///< Middle of the print on the unposed body.
  std::uint32_t seed = 0;
};

using Paint = std::variant<PlainPaint, TexturePaint, SkinPaint, HairPaint, ClothPaint>;

Vec3 color_at(const Paint& paint, const PaintPoint& point);
/// The texture that carries the surface's alpha, or null.
const Texture* texture_of(const Paint& paint);

inline float luminance(Vec3 c) {
  return 0.2126f * c.x + 0.7152f * c.y + 0.0722f * c.z;
}

/// Smooth noise in 0..1 with features of size 1.
float value_noise(Vec3 point, std::uint32_t seed);

}  // namespace portrait_depth::people
