#include "held.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "solids.hpp"

namespace portrait_depth::people {
namespace {

constexpr float kTurn = 2 * std::numbers::pi_v<float>;
constexpr std::uint32_t kFine = 3;

// Where the held thing is on the unposed body, and how it is turned.
struct Place {
  Vec3 centre{};
  Mat3 turn{};
};

Place place_of(const Body& body, const Held& held) {
  const Rig& rig = *body.catalogue->rig;
  const Vec3 spine = rig.joints(body.rest)[static_cast<std::size_t>(rig.bone("spine_03"))];
  float front = spine.z;
  for (const std::uint32_t v : body.catalogue->landmarks.chest_line)
    front = std::max(front, body.rest[v].z + body.traits->outer.thickness);
  const Vec3& half = held.half_size;
  return {{spine.x + held.aside, spine.y + held.up, front + held.gap + half.z},
          rotation({0, 1, 0}, radians(held.yaw)) * rotation({1, 0, 0}, radians(held.pitch)) *
              rotation({0, 0, 1}, radians(held.roll))};
}

// `solid` stands about the origin.
void add_object(const Body& body, const Place& place, Solid solid, const Paint& paint, Scene& scene) {
  SceneObject object{.label = Label::hard, .uvs = {{0, 0}}, .paint = paint};
  const Rig& rig = *body.catalogue->rig;
  const Rigid& move = body.moves[static_cast<std::size_t>(rig.bone("spine_03"))];
  object.rest = std::move(solid.positions);
  object.positions.reserve(object.rest.size());
  for (Vec3& p : object.rest) {
    p = place.centre + place.turn * p;
    object.positions.push_back(move.apply(p));
  }
  object.indices = std::move(solid.indices);
  object.uv_indices.assign(object.indices.size(), 0);
  smooth_normals(object.positions, object.indices, object.normals);
  scene.objects.push_back(std::move(object));
}

// A cup, a can or a bottle: a profile turned about its axis.
Solid bottle(Vec3 half, Random& random) {
  const float shoulder = random.between(0.1f, 0.9f),
              neck = random.chance(0.5f) ? 1 : random.between(0.25f, 0.6f);
  const std::array<Vec2, 7> profile{
      {{0, -1}, {0.9f, -1}, {1, -0.95f}, {1, shoulder * 0.5f}, {neck, shoulder}, {neck, 1}, {0, 1}}};
  constexpr int kColumns = 21;
  std::vector<Vec3> points;
  for (const Vec2& p : profile) {
    for (int k = 0; k < kColumns; ++k) {
      const float angle = kTurn * static_cast<float>(k) / (kColumns - 1);
      points.push_back({half.x * p.x * std::cos(angle), half.y * p.y, -half.z * p.x * std::sin(angle)});
    }
  }
  Solid solid;
  add_grid(points, kColumns, solid);
  return solid;
}

// The ring that a helmet is closed with, and its visor.
void add_helmet_parts(const Body& body, const Place& place, Vec3 half, const Paint& paint, Random& random,
                      Scene& scene) {
  std::vector<Vec3> ring;
  const float radius = random.between(0.6f, 0.8f), y = -std::sqrt(1 - radius * radius) * half.y;
  for (int k = 0; k < 32; ++k) {
    const float angle = kTurn * static_cast<float>(k) / 32;
    ring.push_back({radius * half.x * std::cos(angle), y, radius * half.z * std::sin(angle)});
  }
  Solid band;
  add_tube(ring, {0, 1, 0}, {random.between(0.008f, 0.03f), random.between(0.008f, 0.025f)}, true, band);
  const float grey = random.between(0.05f, 0.8f);
  add_object(body, place, std::move(band), PlainPaint{{grey, grey, grey}, 0}, scene);
  if (random.chance(0.3f)) return;
  Solid visor;
  add_ellipsoid(Vec3{0, 0.02f, 0.14f} * half.z, half * Vec3{0.93f, random.between(0.5f, 0.75f), 0.93f}, visor,
                kFine);
  const Vec3 dark = Vec3{1, random.between(0.6f, 1), random.between(0.2f, 1)} * random.between(0.01f, 0.3f);
  add_object(body, place, std::move(visor), random.chance(0.7f) ? Paint{PlainPaint{dark, 0}} : paint, scene);
}

}  // namespace

void add_held(const Body& body, const Held& held, Random random, Scene& scene) {
  const Place place = place_of(body, held);
  const Vec3 half = held.half_size;
  ClothPaint paint = body.traits->held_paint;
  paint.chest = place.centre;
  Solid solid;
  switch (held.kind) {
    case HeldKind::none:
      return;
    case HeldKind::ball:
    case HeldKind::helmet:
      add_ellipsoid({}, half, solid, kFine);
      break;
    case HeldKind::box:
      add_box({}, {half.x, 0, 0}, {0, half.y, 0}, {0, 0, half.z}, solid);
      break;
    case HeldKind::bottle:
      solid = bottle(half, random);
      break;
  }
  add_object(body, place, std::move(solid), paint, scene);
  if (held.kind == HeldKind::helmet) add_helmet_parts(body, place, half, paint, random, scene);
}

}  // namespace portrait_depth::people
