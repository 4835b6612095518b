#include "person.hpp"

#include <algorithm>

#include "beard.hpp"
#include "body.hpp"
#include "garments.hpp"
#include "held.hpp"
#include "part_objects.hpp"
#include "props.hpp"

namespace portrait_depth::people {
namespace {

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
