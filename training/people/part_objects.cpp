#include "part_objects.hpp"

#include <algorithm>
#include <cmath>

#include "props.hpp"
#include "shell.hpp"

namespace portrait_depth::people {
namespace {

SceneObject part_object(const Body& body, const FittedPart& part, std::vector<Vec3> rest, Label label,
                        Paint paint) {
  SceneObject object{.label = label};
  object.rest = std::move(rest);
  skin(object.rest, part.weights, body.moves, object.positions);
  object.uvs = part.mesh.uvs;
  object.indices = part.mesh.triangles.positions;
  object.uv_indices = part.mesh.triangles.uvs;
  object.paint = paint;
  const Texture* texture = texture_of(object.paint);
  if (texture != nullptr && texture->has_alpha()) object.triangle_alpha = part.triangle_alpha;
  smooth_normals(object.positions, object.indices, object.normals);
  return object;
}

// The part on the unposed body, metres.
std::vector<Vec3> fitted(const Body& body, const FittedPart& part) {
  // Scale references and offsets are in decimetres, as in the part's file.
  std::vector<Vec3> base(body.rest.size()), positions;
  std::ranges::transform(body.rest, base.begin(), [](Vec3 p) { return p * 10; });
  part.fit(base, positions);
  for (Vec3& p : positions) p = p * 0.1f;
  return positions;
}

void drop_hair_under_hat(const Body& body, SceneObject& hair) {
  std::size_t kept = 0;
  for (std::size_t t = 0; 3 * t < hair.indices.size(); ++t) {
    const std::uint32_t* corner = &hair.indices[3 * t];
    if (under_hat(body, hair.rest[corner[0]]) || under_hat(body, hair.rest[corner[1]]) ||
        under_hat(body, hair.rest[corner[2]]))
      continue;
    for (std::size_t k = 0; k < 3; ++k) {
      hair.indices[3 * kept + k] = hair.indices[3 * t + k];
      hair.uv_indices[3 * kept + k] = hair.uv_indices[3 * t + k];
    }
    if (!hair.triangle_alpha.empty()) hair.triangle_alpha[kept] = hair.triangle_alpha[t];
    ++kept;
  }
  hair.indices.resize(3 * kept);
  hair.uv_indices.resize(3 * kept);
  if (!hair.triangle_alpha.empty()) hair.triangle_alpha.resize(kept);
}

// A strand's place relative to the skull's middle: scaled below the ears, and displaced with the distance
// from the skull, where hair is free.
Vec3 hung(Vec3 d, const HairTraits& traits) {
  constexpr float kEarlobes = -0.06f;
  if (d.y < kEarlobes) d.y = kEarlobes + (d.y - kEarlobes) * traits.length;
  const float off = smoothstep(0.1f, 0.2f, length(d));
  if (traits.bulk > 0) {
    const auto bend = [&](std::uint32_t k) { return value_noise(d * 4, traits.seed + k) - 0.5f; };
    const Vec3 lock{bend(5), bend(6), bend(7)};
    d += (lock * (2 * off) + normalized(d) * value_noise(d * 5, traits.seed + 8)) * traits.bulk;
  }
  if (traits.waviness <= 0) return d;
  const auto wave = [&](std::uint32_t k) { return value_noise(d * 11, traits.seed + k); };
  const float free = 2 * traits.waviness * off;
  const Vec3 aside{wave(1) - 0.5f, wave(2) - 0.5f, wave(3) - 0.5f};
  return d + aside * free + normalized(d) * (0.7f * traits.waviness * wave(4));
}

// Fitted clothes lie on the body; this adds looseness and folds.
void loosen(const SuitTraits& traits, const FittedPart& suit, std::vector<Vec3>& rest) {
  std::vector<Vec3> normals;
  smooth_normals(rest, suit.mesh.triangles.positions, normals);
  for (std::size_t v = 0; v < rest.size(); ++v) {
    const float wide = traits.looseness * value_noise(rest[v] * 6, traits.seed);
    const float folds = traits.folds * std::max(0.0f, cloth_folds(rest[v], traits.seed + 7));
    rest[v] += normals[v] * (wide + folds);
  }
}

}  // namespace

SceneObject eyes_object(const Body& body) {
  const DressedPart& eyes = body.catalog->eyes;
  std::vector<Vec3> rest = fitted(body, eyes.part);
  const Mat3 gaze = rotation({0, 1, 0}, radians(body.traits->gaze_yaw)) *
                    rotation({1, 0, 0}, radians(-body.traits->gaze_pitch));
  for (Vec3& p : rest) {
    const Vec3 center = body.eye_rest[p.x > body.eyes_rest.x ? 0 : 1];
    p = center + gaze * (p - center);
  }
  const Texture& texture = eyes.textures[static_cast<std::size_t>(body.traits->eye_texture)].texture;
  SceneObject object =
      part_object(body, eyes.part, std::move(rest), Label::eye, TexturePaint{&texture, {0.8f, 0.8f, 0.8f}});
  object.all_head = true;
  object.casts_shadow = false;
  return object;
}

void add_mouth(const Body& body, Scene& scene) {
  const Catalog& catalog = *body.catalog;
  const DressedPart& teeth = catalog.teeth[static_cast<std::size_t>(body.traits->teeth)];
  scene.objects.push_back(part_object(body, teeth.part, fitted(body, teeth.part), Label::mouth,
                                      TexturePaint{&teeth.textures[0].texture, {0.75f, 0.72f, 0.68f}}));
  scene.objects.back().all_head = true;
  scene.objects.push_back(part_object(body, catalog.tongue.part, fitted(body, catalog.tongue.part),
                                      Label::mouth,
                                      TexturePaint{&catalog.tongue.textures[0].texture, {0.8f, 0.8f, 0.8f}}));
  scene.objects.back().all_head = true;
}

SceneObject hair_object(const Body& body) {
  const HairTraits& traits = body.traits->hair;
  const DressedPart& hair = body.catalog->hair[static_cast<std::size_t>(traits.mesh)];
  std::vector<Vec3> rest = fitted(body, hair.part);
  const Vec3 center = body.skull_rest;
  for (Vec3& p : rest) {
    Vec3 d = (p - center) * traits.scale;
    if (traits.mirrored) d.x = -d.x;
    d.x += traits.shear_x * d.y;
    d.z += traits.shear_z * d.y;
    p = center + hung(d, traits);
  }
  HairPaint paint{.texture = &hair.textures[0].texture,
                  .mean_luminance = luminance(hair.mean),
                  .root = traits.color,
                  .tip = traits.tip_color,
                  .top = center.y + 0.1f,
                  .bottom = center.y - 0.3f,
                  .contrast = traits.contrast,
                  .streaks = traits.streaks,
                  .seed = traits.seed};
  SceneObject object = part_object(body, hair.part, std::move(rest), Label::hair, paint);
  object.all_head = true;
  if (body.traits->headwear != Headwear::none) drop_hair_under_hat(body, object);
  return object;
}

SceneObject strands_object(const Body& body, const DressedPart& part, Vec3 color, float opacity) {
  HairPaint paint{.texture = &part.textures[0].texture,
                  .mean_luminance = luminance(part.mean),
                  .root = color,
                  .tip = color,
                  .contrast = 0.4f};
  SceneObject object = part_object(body, part.part, fitted(body, part.part), Label::hair, paint);
  object.all_head = true;
  object.casts_shadow = false;
  object.opacity = opacity;
  return object;
}

SceneObject hat_object(const Body& body) {
  const DressedPart& hat = body.catalog->hats[static_cast<std::size_t>(body.traits->hat_mesh)];
  const Texture& texture = hat.textures[static_cast<std::size_t>(body.traits->hat_texture)].texture;
  SceneObject object =
      part_object(body, hat.part, fitted(body, hat.part), Label::headwear,
                  TexturePaint{&texture, body.traits->headwear_color * 0.6f + Vec3{0.5f, 0.5f, 0.5f}});
  object.all_head = true;
  return object;
}

SceneObject suit_object(const Body& body) {
  const SuitTraits& traits = body.traits->suit;
  const DressedPart& suit = body.catalog->suits[static_cast<std::size_t>(traits.mesh)];
  ClothPaint paint = traits.paint;
  paint.texture = &suit.textures[0].texture;
  paint.mean = suit.mean;
  paint.chest = body.mouth_rest - Vec3{0, 0.33f, 0};
  std::vector<Vec3> rest = fitted(body, suit.part);
  loosen(traits, suit.part, rest);
  return part_object(body, suit.part, std::move(rest), Label::cloth, paint);
}

}  // namespace portrait_depth::people
