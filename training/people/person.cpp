#include "person.hpp"

#include <algorithm>

#include "body.hpp"

namespace portrait_depth::people {
namespace {

void finish(SceneObject& object) { smooth_normals(object.positions, object.indices, object.normals); }

// Which vertices move with the head more than with anything else.
std::vector<std::uint8_t> head_flags(const std::vector<SkinWeights>& weights, std::size_t count, int head) {
  std::vector<std::uint8_t> flags(count);
  for (std::size_t v = 0; v < count; ++v)
    for (int k = 0; k < 4; ++k)
      if (weights[v].bone[k] == head && weights[v].weight[k] > 0.5f) flags[v] = 1;
  return flags;
}

SceneObject skin_object(const Body& body, const std::vector<std::uint32_t>& hidden) {
  const Catalogue& catalogue = *body.catalogue;
  const std::size_t count = catalogue.base.group_vertices.at("body").back() + 1;
  SceneObject object{.label = Label::skin};
  object.rest.assign(body.rest.begin(), body.rest.begin() + static_cast<std::ptrdiff_t>(count));
  skin(object.rest, catalogue.rig->weights(), body.moves, object.positions);
  object.head = head_flags(catalogue.rig->weights(), count, catalogue.rig->bone("head"));
  object.uvs = catalogue.base.uvs;
  std::vector<std::uint8_t> is_hidden(count);
  for (const std::uint32_t v : hidden)
    if (v < count) is_hidden[v] = 1;
  // Normals come from the whole skin, so that they do not break where clothes begin.
  std::vector<std::uint32_t> all;
  const Triangles& triangles = catalogue.base.triangles;
  for (const std::uint32_t t : catalogue.body_triangles) {
    bool shown = true;
    for (int k = 0; k < 3; ++k) {
      all.push_back(triangles.positions[3 * t + k]);
      shown = shown && !is_hidden[triangles.positions[3 * t + k]];
    }
    if (!shown) continue;
    for (int k = 0; k < 3; ++k) {
      object.indices.push_back(triangles.positions[3 * t + k]);
      object.uv_indices.push_back(triangles.uvs[3 * t + k]);
    }
  }
  smooth_normals(object.positions, all, object.normals);
  const Skin& skin_part = catalogue.skins[static_cast<std::size_t>(body.traits->skin)];
  SkinPaint paint = body.traits->skin_paint;
  paint.texture = &skin_part.texture.texture;
  paint.mean = skin_part.texture.face_mean;
  paint.mouth = body.mouth_rest;
  object.paint = paint;
  return object;
}

SceneObject part_object(const Body& body, const FittedPart& part, std::vector<Vec3> rest, Label label, Paint paint) {
  SceneObject object{.label = label};
  object.rest = std::move(rest);
  skin(object.rest, part.weights, body.moves, object.positions);
  object.uvs = part.mesh.uvs;
  object.indices = part.mesh.triangles.positions;
  object.uv_indices = part.mesh.triangles.uvs;
  object.paint = std::move(paint);
  const Texture* texture = texture_of(object.paint);
  if (texture != nullptr && texture->has_alpha()) object.triangle_alpha = part.triangle_alpha;
  finish(object);
  return object;
}

// The part on the unposed body, metres.
std::vector<Vec3> fitted(const Body& body, const FittedPart& part) {
  // Scale references and offsets are in decimetres, as the part's file has them.
  std::vector<Vec3> base(body.rest.size()), positions;
  std::ranges::transform(body.rest, base.begin(), [](Vec3 p) { return p * 10; });
  part.fit(base, positions);
  for (Vec3& p : positions) p = p * 0.1f;
  return positions;
}

SceneObject eyes_object(const Body& body) {
  const DressedPart& eyes = body.catalogue->eyes;
  std::vector<Vec3> rest = fitted(body, eyes.part);
  const Mat3 gaze = rotation({0, 1, 0}, radians(body.traits->gaze_yaw)) * rotation({1, 0, 0}, radians(-body.traits->gaze_pitch));
  for (Vec3& p : rest) {
    const Vec3 centre = body.eye_rest[p.x > body.eyes_rest.x ? 0 : 1];
    p = centre + gaze * (p - centre);
  }
  const Texture& texture = eyes.textures[static_cast<std::size_t>(body.traits->eye_texture)].texture;
  SceneObject object = part_object(body, eyes.part, std::move(rest), Label::eye, TexturePaint{&texture, {0.8f, 0.8f, 0.8f}});
  object.all_head = true;
  object.casts_shadow = false;
  return object;
}

SceneObject hair_object(const Body& body) {
  const HairTraits& traits = body.traits->hair;
  const DressedPart& hair = body.catalogue->hair[static_cast<std::size_t>(traits.mesh)];
  std::vector<Vec3> rest = fitted(body, hair.part);
  const Vec3 centre = body.skull_rest;
  for (Vec3& p : rest) {
    Vec3 d = (p - centre) * traits.scale;
    d.x += traits.shear_x * d.y;
    d.z += traits.shear_z * d.y;
    p = centre + d;
  }
  HairPaint paint{.texture = &hair.textures[0].texture, .mean_luminance = luminance(hair.mean), .root = traits.colour, .tip = traits.tip_colour,
                  .top = centre.y + 0.1f, .bottom = centre.y - 0.3f, .contrast = traits.contrast, .streaks = traits.streaks, .seed = traits.seed};
  SceneObject object = part_object(body, hair.part, std::move(rest), Label::hair, paint);
  object.all_head = true;
  return object;
}

SceneObject strands_object(const Body& body, const DressedPart& part, Vec3 colour, float opacity) {
  HairPaint paint{.texture = &part.textures[0].texture, .mean_luminance = luminance(part.mean), .root = colour, .tip = colour, .contrast = 0.4f};
  SceneObject object = part_object(body, part.part, fitted(body, part.part), Label::hair, paint);
  object.all_head = true;
  object.casts_shadow = false;
  object.opacity = opacity;
  return object;
}

SceneObject suit_object(const Body& body) {
  const SuitTraits& traits = body.traits->suit;
  const DressedPart& suit = body.catalogue->suits[static_cast<std::size_t>(traits.mesh)];
  ClothPaint paint = traits.paint;
  paint.texture = &suit.textures[0].texture;
  paint.mean = suit.mean;
  paint.chest = body.mouth_rest - Vec3{0, 0.33f, 0};
  return part_object(body, suit.part, fitted(body, suit.part), Label::cloth, paint);
}

void add_mouth(const Body& body, Scene& scene) {
  const Catalogue& catalogue = *body.catalogue;
  const DressedPart& teeth = catalogue.teeth[static_cast<std::size_t>(body.traits->teeth)];
  scene.objects.push_back(part_object(body, teeth.part, fitted(body, teeth.part), Label::mouth, TexturePaint{&teeth.textures[0].texture, {0.75f, 0.72f, 0.68f}}));
  scene.objects.back().all_head = true;
  scene.objects.push_back(part_object(body, catalogue.tongue.part, fitted(body, catalogue.tongue.part), Label::mouth, TexturePaint{&catalogue.tongue.textures[0].texture, {0.8f, 0.8f, 0.8f}}));
  scene.objects.back().all_head = true;
}

}  // namespace

Person build_person(const Catalogue& catalogue, const Traits& traits, const Shot& shot, const Random& random) {
  Body body = shape_body(catalogue, traits);
  Stance stance = take_stance(*catalogue.rig, catalogue.rig->joints(body.rest), body.eyes_rest, shot, random.fork("stance"));
  body.moves = stance.pose.moves();

  Person person{.scene = {}, .eyes = stance.eyes, .head = stance.head, .camera = stance.camera};
  Scene& scene = person.scene;
  const DressedPart& suit = catalogue.suits[static_cast<std::size_t>(traits.suit.mesh)];
  scene.objects.push_back(skin_object(body, suit.part.deleted));
  scene.objects.push_back(suit_object(body));
  scene.objects.push_back(eyes_object(body));
  add_mouth(body, scene);
  if (traits.hair.mesh >= 0) scene.objects.push_back(hair_object(body));
  scene.objects.push_back(strands_object(body, catalogue.brows[static_cast<std::size_t>(traits.brows)], traits.brow_colour, 1));
  scene.objects.push_back(strands_object(body, catalogue.lashes[static_cast<std::size_t>(traits.lashes)], {0.02f, 0.015f, 0.012f}, traits.lash_opacity));
  return person;
}

}  // namespace portrait_depth::people
