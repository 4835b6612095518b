#include "beard.hpp"

#include <algorithm>
#include <cmath>

#include "shell.hpp"

namespace portrait_depth::people {
namespace {

// Numbers below are metres on the base mesh; landmarks.cpp names its places. The underside of the chin runs
// level at y = 0.617 from the chin back to z = 0.085, where the throat falls off.

float outside_lips(Vec3 p) {
  const float x = p.x / 0.03f, y = (p.y - 0.665f) / 0.0125f;
  return p.z > 0.1f ? smoothstep(0.85f, 1.15f, std::sqrt(x * x + y * y)) : 1;
}

float moustache(Vec3 p) {
  const float x = std::abs(p.x);
  return above(p.z, 0.125f, 0.01f) * above(p.y, 0.674f - 0.25f * x, 0.003f) *
         below(p.y, 0.686f - 0.2f * x, 0.002f) * below(x, 0.031f, 0.004f) * outside_lips(p);
}

float goatee(Vec3 p) {
  const float around = below(std::abs(p.x), 0.026f, 0.006f) * below(p.y, 0.656f, 0.004f) *
                       above(p.z, 0.1f, 0.015f) * above(p.y, 0.605f, 0.01f);
  return std::max(moustache(p), around * outside_lips(p));
}

float full_beard(Vec3 p, const BeardTraits& beard) {
  const float x = std::abs(p.x);
  const float cheek_line = 0.65f + 0.7f * std::max(0.0f, x - 0.035f);
  const float above_throat = (p.z - 0.08f) + (p.y - 0.612f);
  const float jaw = below(p.y, cheek_line, 0.006f) * above(p.z, 0.055f, 0.012f) *
                    above(above_throat, beard.neckline, 0.007f) * below(x, beard.width, 0.008f) *
                    (x > 0.073f && p.z < 0.085f ? 0.0f : 1.0f);
  return std::max(moustache(p), jaw * outside_lips(p));
}

float density(Vec3 p, const BeardTraits& beard) {
  switch (beard.kind) {
    case Beard::none:
      return 0;
    case Beard::moustache:
      return moustache(p);
    case Beard::goatee:
      return goatee(p);
    case Beard::stubble:
    case Beard::full:
      return full_beard(p, beard);
  }
  return 0;
}

}  // namespace

std::vector<float> beard_mask(const Body& body) {
  const BeardTraits& beard = body.traits->beard;
  if (beard.kind == Beard::none) return {};
  const Mesh& base = body.catalog->base;
  std::vector<float> mask(base.group_vertices.at("body").back() + 1, 0.0f);
  for (const std::uint32_t v : base.group_vertices.at("body")) {
    const Vec3 p = base.positions[v] * 0.1f;
    if (p.y > 0.53f && std::abs(p.x) < 0.12f) mask[v] = density(p, beard);
  }
  return mask;
}

void add_beard(const Body& body, Scene& scene) {
  const BeardTraits& beard = body.traits->beard;
  if (beard.kind == Beard::none || beard.kind == Beard::stubble) return;
  const std::vector<float> mask = beard_mask(body);
  constexpr int kLayers = 5;
  const float top = body.rest[body.catalog->landmarks.lips].y;
  for (int layer = 1; layer <= kLayers; ++layer) {
    const float height = static_cast<float>(layer) / kLayers;
    // Hairs near the skin get less light.
    const float lit = 0.5f + 0.5f * height;
    const HairPaint paint{.root = beard.color * (0.7f * lit),
                          .tip = beard.color * lit,
                          .top = top,
                          .bottom = top - 0.06f,
                          .contrast = 0,
                          .streaks = beard.streaks,
                          .seed = body.traits->hair.seed};
    SceneObject object = shell_object(body,
                                      {.mask = &mask,
                                       .offset = beard.length * height,
                                       .clumps = beard.clumps,
                                       .seed = body.traits->hair.seed},
                                      Label::hair, paint);
    object.all_head = true;
    for (float& density : object.mask) density *= 1.2f - 0.45f * height;
    object.casts_shadow = layer <= 3;
    scene.objects.push_back(std::move(object));
  }
}

}  // namespace portrait_depth::people
