#include "person.hpp"

#include <algorithm>

#include "beard.hpp"
#include "body.hpp"
#include "garments.hpp"
#include "held.hpp"
#include "props.hpp"
#include "shell.hpp"

namespace portrait_depth::people {
namespace {

void compute_normals(SceneObject& object) {
  smooth_normals(object.positions, object.indices, object.normals);
}

// 1 for vertices that move mostly with the head.
std::vector<std::uint8_t> head_flags(const std::vector<SkinWeights>& weights, std::size_t count, int head) {
  std::vector<std::uint8_t> flags(count);
  for (std::size_t v = 0; v < count; ++v)
    for (int k = 0; k < 4; ++k)
      if (weights[v].bone[k] == head && weights[v].weight[k] > 0.5f) flags[v] = 1;
  return flags;
}

// `covered` are the base vertices under clothes, `layer` is their distance inside a layer's edge.
SceneObject skin_object(const Body& body, const std::vector<std::uint32_t>& covered,
                        const std::vector<float>* layer) {
  const Catalog& catalog = *body.catalog;
  const std::size_t count = catalog.base.group_vertices.at("body").back() + 1;
  SceneObject object{.label = Label::skin};
  object.rest.assign(body.rest.begin(), body.rest.begin() + static_cast<std::ptrdiff_t>(count));
  skin(object.rest, catalog.rig->weights(), body.moves, object.positions);
  object.head = head_flags(catalog.rig->weights(), count, catalog.rig->bone("head"));
  object.uvs = catalog.base.uvs;
  std::vector<std::uint8_t> is_covered(count);
  for (const std::uint32_t v : covered)
    if (v < count) is_covered[v] = 1;
  // A triangle is removed if any corner is covered. The skin under a layer's edge therefore stays; coarse
  // meshes, as under a pullover, need more of it.
  const std::pair<const std::vector<float>*, float> layers[] = {{headwear_mask(body), 0.014f},
                                                                {layer, 0.03f}};
  for (const auto& [inside, depth] : layers)
    for (std::size_t v = 0; inside != nullptr && v < count; ++v)
      if ((*inside)[v] > depth) is_covered[v] = 1;
  // Normals of the whole skin are continuous at the edges of clothes.
  std::vector<std::uint32_t> all;
  const Triangles& triangles = catalog.base.triangles;
  for (const std::uint32_t t : catalog.body_triangles) {
    bool shown = true;
    for (int k = 0; k < 3; ++k) {
      all.push_back(triangles.positions[3 * t + k]);
      shown = shown && !is_covered[triangles.positions[3 * t + k]];
    }
    if (!shown) continue;
    for (int k = 0; k < 3; ++k) {
      object.indices.push_back(triangles.positions[3 * t + k]);
      object.uv_indices.push_back(triangles.uvs[3 * t + k]);
    }
  }
  smooth_normals(object.positions, all, object.normals);
  const Skin& skin_part = catalog.skins[static_cast<std::size_t>(body.traits->skin)];
  SkinPaint paint = body.traits->skin_paint;
  paint.texture = &skin_part.texture.texture;
  paint.mean = skin_part.texture.face_mean;
  paint.mouth = body.mouth_rest;
  object.mask = beard_mask(body);
  object.paint = paint;
  return object;
}

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
  compute_normals(object);
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

SceneObject hat_object(const Body& body) {
  const DressedPart& hat = body.catalog->hats[static_cast<std::size_t>(body.traits->hat_mesh)];
  const Texture& texture = hat.textures[static_cast<std::size_t>(body.traits->hat_texture)].texture;
  SceneObject object =
      part_object(body, hat.part, fitted(body, hat.part), Label::headwear,
                  TexturePaint{&texture, body.traits->headwear_color * 0.6f + Vec3{0.5f, 0.5f, 0.5f}});
  object.all_head = true;
  return object;
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

void add_props(const Body& body, const Shot& shot, const Stance& stance, const Random& random, Scene& scene) {
  const Traits& traits = *body.traits;
  if (traits.glasses != Glasses::none) add_glasses(body, scene);
  if (traits.headwear == Headwear::fedora) scene.objects.push_back(hat_object(body));
  if (traits.headwear != Headwear::none) add_headwear(body, random.fork("headwear"), scene);
  if (traits.earphones && traits.headwear != Headwear::headphones) add_earphones(body, scene);
  add_beard(body, scene);
  if (shot.held.kind != HeldKind::none) add_held(body, shot.held, random.fork("held"), scene);
  if (!shot.phone) return;
  for (int side = 0; side < 2; ++side) {
    if (shot.arms[side] != Arms::chest && shot.arms[side] != Arms::face) continue;
    if (shot.selfie && side == shot.selfie_side) continue;
    add_phone(stance.hand[side], stance.hand_along[side], stance.camera - stance.hand[side],
              random.fork("phone"), scene);
  }
}

// A second person at the photo's edge. Not part of the labeled head.
void add_second_person(const Catalog& catalog, Split split, const Stance& stance, const Random& random,
                       Scene& scene) {
  Random place = random.fork("place");
  Shot shot = choose_shot(random.fork("shot"));
  shot.selfie = shot.second_person = false;
  shot.azimuth += place.normal(0, 20);
  const Person other =
      build_person(catalog, choose_traits(random.fork("traits"), catalog, split), shot, split, random);
  const Vec3 toward = normalized(stance.camera - stance.eyes), right = normalized(cross({0, 1, 0}, toward));
  const float side = place.chance(0.5f) ? 1.0f : -1.0f;
  const Vec3 move = stance.eyes + right * (side * place.between(0.26f, 0.5f)) +
                    Vec3{0, place.normal(-0.02f, 0.08f), 0} - toward * place.between(-0.1f, 0.45f) -
                    other.eyes;
  for (const SceneObject& object : other.scene.objects) {
    SceneObject& added = scene.objects.emplace_back(object);
    for (Vec3& p : added.positions) p += move;
    added.all_head = false;
    added.head.clear();
  }
}

}  // namespace

Person build_person(const Catalog& catalog, const Traits& traits, const Shot& shot, Split split,
                    const Random& random) {
  Body body = shape_body(catalog, traits);
  Stance stance =
      take_stance(*catalog.rig, catalog.rig->joints(body.rest), body.eyes_rest, shot, random.fork("stance"));
  body.moves = stance.pose.moves();
  draw_throat_back(shot.throat_drawn, body);

  Person person{.scene = {}, .eyes = stance.eyes, .head = stance.head, .camera = stance.camera};
  Scene& scene = person.scene;
  if (traits.outer.thickness > 0) {
    const std::vector<float> covered = outer_mask(body);
    scene.objects.push_back(skin_object(body, {}, &covered));
    add_outer(body, covered, scene);
  } else {
    const DressedPart& suit = catalog.suits[static_cast<std::size_t>(traits.suit.mesh)];
    scene.objects.push_back(skin_object(body, suit.part.deleted, nullptr));
    scene.objects.push_back(suit_object(body));
  }
  if (traits.outer.neckwear != Neckwear::none) scene.objects.push_back(neckwear_object(body));
  scene.objects.push_back(eyes_object(body));
  add_mouth(body, scene);
  if (traits.hair.mesh >= 0) scene.objects.push_back(hair_object(body));
  scene.objects.push_back(
      strands_object(body, catalog.brows[static_cast<std::size_t>(traits.brows)], traits.brow_color, 1));
  scene.objects.push_back(strands_object(body, catalog.lashes[static_cast<std::size_t>(traits.lashes)],
                                         {0.02f, 0.015f, 0.012f}, traits.lash_opacity));
  add_props(body, shot, stance, random, scene);
  if (shot.second_person) add_second_person(catalog, split, stance, random.fork("second"), scene);
  return person;
}

}  // namespace portrait_depth::people
