#include "shade.hpp"

#include <cmath>
#include <numbers>

#include "image/srgb.hpp"

namespace portrait_depth::people {
namespace {

struct Reflection {
  float roughness = 0.6f, reflectance = 0.03f;
  Vec3 wrap{};  // reach of each color's light past the terminator
};

Reflection reflection_of(Label label) {
  switch (label) {
    case Label::skin:
      return {0.5f, 0.017f, {0.34f, 0.13f, 0.08f}};
    case Label::eye:
      return {0.07f, 0.04f, {}};
    case Label::hair:
      return {0.42f, 0.02f, {0.15f, 0.15f, 0.15f}};
    case Label::cloth:
      return {0.85f, 0.02f, {0.05f, 0.05f, 0.05f}};
    case Label::headwear:
      return {0.8f, 0.02f, {0.05f, 0.05f, 0.05f}};
    case Label::hard:
      return {0.18f, 0.05f, {}};
    case Label::mouth:
      return {0.15f, 0.035f, {0.1f, 0.05f, 0.05f}};
    case Label::none:
      break;
  }
  return {};
}

// B. Walter et al., Microfacet Models for Refraction through Rough Surfaces, 2007 (GGX); C. Schlick, 1994
// (Fresnel).
float highlight(Vec3 n, Vec3 v, Vec3 l, float roughness, float reflectance) {
  const Vec3 h = normalized(v + l);
  const float nl = std::max(0.0f, dot(n, l)), nv = std::max(0.05f, dot(n, v)), nh = std::max(0.0f, dot(n, h));
  if (nl <= 0) return 0;
  const float a = roughness * roughness, a2 = a * a;
  const float d = nh * nh * (a2 - 1) + 1;
  const float distribution = a2 / (std::numbers::pi_v<float> * d * d);
  const float k = (roughness + 1) * (roughness + 1) / 8;
  const float geometry = 1 / ((nv * (1 - k) + k) * (nl * (1 - k) + k) * 4);
  const float fresnel = reflectance + (1 - reflectance) * std::pow(1 - std::max(0.0f, dot(v, h)), 5.0f);
  return distribution * geometry * fresnel * nl * std::numbers::pi_v<float>;
}

// Shadows and occlusion of all views, each the mean over a few places of the lamps and sets of directions.
void light_softly(const Scene& scene, const Studio& studio, Random random, std::span<ShadedView> views) {
  Lighting lighting;
  std::vector<LitView> lit;
  std::vector<std::vector<std::array<float, kKeyLights + 1>>> sums;
  for (ShadedView& view : views) {
    lit.push_back({view.placement, view.camera, &view.pixels});
    sums.emplace_back(view.pixels.values().size());
  }
  const auto rounds = static_cast<float>(studio.shadow_rounds);
  const LightOptions options{.shadow_size = 1400, .occlusion_size = 300, .occlusion_directions = 16};
  for (int round = 0; round < studio.shadow_rounds; ++round) {
    std::array<Vec3, kKeyLights> directions;
    for (std::size_t k = 0; k < directions.size(); ++k)
      directions[k] =
          normalized(studio.lights[k].direction + Vec3{random.normal(), random.normal(), random.normal()} *
                                                      (0.6f * studio.lights[k].spread));
    lighting.light(scene, lit, directions, options, random.fork("round " + std::to_string(round)));
    for (std::size_t v = 0; v < views.size(); ++v)
      for (std::size_t i = 0; i < sums[v].size(); ++i) {
        const Pixel& pixel = views[v].pixels.values()[i];
        for (std::size_t k = 0; k < kKeyLights; ++k) sums[v][i][k] += pixel.shadow[k] / rounds;
        sums[v][i][kKeyLights] += pixel.occlusion / rounds;
      }
  }
  for (std::size_t v = 0; v < views.size(); ++v)
    for (std::size_t i = 0; i < sums[v].size(); ++i) {
      Pixel& pixel = views[v].pixels.values()[i];
      for (std::size_t k = 0; k < kKeyLights; ++k) pixel.shadow[k] = sums[v][i][k];
      pixel.occlusion = sums[v][i][kKeyLights];
    }
}

Studio turned(const Studio& studio, const Mat3& view_from_first) {
  Studio seen = studio;
  for (StudioLight& light : seen.lights) light.direction = view_from_first * light.direction;
  seen.up = view_from_first * studio.up;
  return seen;
}

struct Shaded {
  Vec3 diffuse{};  ///< Light before the albedo.
  Vec3 gloss{};
};

Shaded shaded(const Pixel& pixel, Vec3 point, const Studio& studio) {
  const Reflection reflection = reflection_of(pixel.label);
  const Vec3 n = pixel.normal, v = normalized(-point);
  const float up = 0.5f + 0.5f * dot(n, studio.up);
  Vec3 light = mix(studio.ground, studio.sky, up) * pixel.occlusion;
  Vec3 gloss = mix(studio.ground, studio.sky, up) * (0.25f * reflection.reflectance * pixel.occlusion);
  for (std::size_t k = 0; k < studio.lights.size(); ++k) {
    const StudioLight& lamp = studio.lights[k];
    const float cosine = dot(n, lamp.direction);
    const auto wrapped = [&](float w) { return std::max(0.0f, (cosine + w) / ((1 + w) * (1 + w))); };
    light += lamp.color *
             Vec3{wrapped(reflection.wrap.x), wrapped(reflection.wrap.y), wrapped(reflection.wrap.z)} *
             pixel.shadow[k];
    gloss += lamp.color * (highlight(n, v, lamp.direction, reflection.roughness, reflection.reflectance) *
                           pixel.shadow[k]);
  }
  return {light, gloss};
}

// Light spreads in skin before it leaves it: a blur over the picture's skin, by a Gaussian for each color,
// that ends at depth edges. Based on: J. Jimenez et al., Screen-Space Perceptual Rendering of Human Skin,
// 2009.
void scatter_in_skin(const PixelBuffer& pixels, const Intrinsics& camera, float red_metres,
                     Plane<Shaded>& light) {
  constexpr Vec3 kReach{1, 0.45f, 0.25f};
  Plane<Shaded> blurred(pixels.width(), pixels.height());
  const auto blur = [&](int step_x, int step_y) {
    blurred = light;
    for (int y = 0; y < pixels.height(); ++y)
      for (int x = 0; x < pixels.width(); ++x) {
        const Pixel& here = pixels(x, y);
        if (here.label != Label::skin || here.depth <= 0) continue;
        const float sigma = std::max(0.3f, red_metres * camera.fx / here.depth);
        const int reach = static_cast<int>(std::ceil(2.5f * sigma));
        Vec3 sum{}, weight{};
        for (int i = -reach; i <= reach; ++i) {
          const int at_x = x + i * step_x, at_y = y + i * step_y;
          if (at_x < 0 || at_y < 0 || at_x >= pixels.width() || at_y >= pixels.height()) continue;
          const Pixel& there = pixels(at_x, at_y);
          if (there.label != Label::skin || std::abs(there.depth - here.depth) > 4 * red_metres) continue;
          const auto gaussian = [&](float share) {
            const float t = static_cast<float>(i) / (sigma * share);
            return std::exp(-0.5f * t * t);
          };
          const Vec3 w{gaussian(kReach.x), gaussian(kReach.y), gaussian(kReach.z)};
          sum += light(at_x, at_y).diffuse * w;
          weight += w;
        }
        blurred(x, y).diffuse = {sum.x / weight.x, sum.y / weight.y, sum.z / weight.z};
      }
    std::swap(light, blurred);
  };
  blur(1, 0);
  blur(0, 1);
}

}  // namespace

Studio choose_studio(Random random) {
  const float side = random.chance(0.5f) ? 1.0f : -1.0f;
  const float warm = random.between(-0.06f, 0.12f);
  Studio studio;
  studio.lights[0] = {
      normalized(Vec3{side * random.between(0.35f, 0.9f), random.between(-0.8f, -0.4f), -0.8f}),
      Vec3{1 + warm, 1, 1 - warm} * random.between(1.5f, 1.9f), 0.16f};
  studio.lights[1] = {normalized(Vec3{-side * random.between(0.6f, 1.0f), -0.15f, -0.7f}),
                      Vec3{1 - warm, 1, 1 + warm} * random.between(0.3f, 0.5f), 0.4f};
  studio.lights[2] = {normalized(Vec3{-side * random.between(0.5f, 0.9f), -0.6f, 0.75f}),
                      Vec3{1, 1, 1} * random.between(0.5f, 1.4f), 0.1f};
  studio.sky = Vec3{1 - warm, 1, 1 + warm} * random.between(0.35f, 0.5f);
  studio.ground = Vec3{1.05f, 1, 0.92f} * random.between(0.16f, 0.26f);
  return studio;
}

Studio soft_studio(Random random) {
  const float side = random.chance(0.5f) ? 1.0f : -1.0f;
  const float warm = random.between(0, 0.05f);
  Studio studio;
  studio.lights[0] = {normalized(Vec3{side * 0.55f, -0.5f, -0.8f}), Vec3{1 + warm, 1, 1 - warm} * 1.15f,
                      0.35f};
  studio.lights[1] = {normalized(Vec3{-side * 0.7f, -0.1f, -0.8f}), Vec3{1, 1, 1} * 0.45f, 0.5f};
  studio.lights[2] = {normalized(Vec3{-side * 0.7f, -0.5f, 0.7f}), Vec3{1, 1, 1} * 0.55f, 0.25f};
  studio.sky = Vec3{0.98f, 1, 1.03f} * 0.5f;
  studio.ground = Vec3{1.05f, 1, 0.93f} * 0.32f;
  studio.shadow_rounds = 24;
  studio.skin_scattering = 0.0022f;
  return studio;
}

void shade(const Scene& scene, const Studio& studio, Random random, std::span<ShadedView> views) {
  light_softly(scene, studio, random, views);
  for (ShadedView& view : views) {
    const Studio seen =
        turned(studio, view.placement.camera_from_scene * transposed(views[0].placement.camera_from_scene));
    const PixelBuffer& pixels = view.pixels;
    Plane<Shaded> parts(pixels.width(), pixels.height());
    for (int y = 0; y < pixels.height(); ++y)
      for (int x = 0; x < pixels.width(); ++x)
        if (pixels(x, y).depth > 0)
          parts(x, y) = shaded(pixels(x, y),
                               view.camera.unproject(static_cast<float>(x) + 0.5f,
                                                     static_cast<float>(y) + 0.5f, pixels(x, y).depth),
                               seen);
    if (studio.skin_scattering > 0) scatter_in_skin(pixels, view.camera, studio.skin_scattering, parts);
    view.light.resize(pixels.width(), pixels.height(), Vec3{});
    for (std::size_t i = 0; i < parts.values().size(); ++i)
      view.light.values()[i] =
          pixels.values()[i].albedo * parts.values()[i].diffuse + parts.values()[i].gloss;
  }
}

float exposure_of(const PixelBuffer& pixels, const Plane<Vec3>& light) {
  float sum = 0, count = 1e-3f;
  for (std::size_t i = 0; i < light.values().size(); ++i) {
    if (!pixels.values()[i].head) continue;
    sum += luminance(light.values()[i]);
    ++count;
  }
  return std::pow(0.3f / std::max(sum / count, 0.02f), 0.6f);
}

std::uint8_t developed(float value) {
  // K. Narkowicz, ACES Filmic Tone Mapping Curve, 2015, scaled so that middle gray stays.
  const float x = std::max(0.0f, value * 0.72f);
  return srgb_from_linear((x * (2.51f * x + 0.03f)) / (x * (2.43f * x + 0.59f) + 0.14f));
}

float light_of_developed(std::uint8_t value) {
  static const std::array<float, 256> light = [] {
    std::array<float, 256> table{};
    for (int target = 1; target < 256; ++target) {
      float low = 0, high = 64;
      for (int step = 0; step < 40; ++step) {
        const float middle = (low + high) / 2;
        (developed(middle) >= target ? high : low) = middle;
      }
      table[static_cast<std::size_t>(target)] = high;
    }
    return table;
  }();
  return light[value];
}

}  // namespace portrait_depth::people
