#include "held.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <utility>

#include "solids.hpp"

namespace portrait_depth::people {
namespace {

constexpr float kTurn = 2 * std::numbers::pi_v<float>;
constexpr std::uint32_t kFine = 3;

// From solids about the origin to the held place: on the unposed body, and from there to the posed one.
struct Place {
  Rigid held{}, posed{};
};

Place place_of(const Body& body, const Held& held) {
  const Rig& rig = *body.catalog->rig;
  const auto bone = static_cast<std::size_t>(rig.bone("spine_03"));
  const Vec3 spine = rig.joints(body.rest)[bone];
  float front = spine.z;
  for (const std::uint32_t v : body.catalog->landmarks.chest_line)
    front = std::max(front, body.rest[v].z + body.traits->outer.thickness);
  const Mat3 turn = rotation({0, 1, 0}, radians(held.yaw)) * rotation({1, 0, 0}, radians(held.pitch)) *
                    rotation({0, 0, 1}, radians(held.roll));
  const Vec3 center{spine.x + held.aside, spine.y + held.up, front + held.gap + held.half_size.z};
  return {{turn, center}, body.moves[bone]};
}

// `solid` is centered on the origin.
void add_object(const Place& place, Solid solid, const Paint& paint, Scene& scene) {
  for (Vec3& p : solid.positions) p = place.held.apply(p);
  scene.objects.push_back(solid_object(std::move(solid), place.posed, Label::hard, paint));
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

// A helmet's lower ring and its visor.
void add_helmet_parts(const Place& place, Vec3 half, const Paint& paint, Random& random, Scene& scene) {
  std::vector<Vec3> ring;
  const float radius = random.between(0.6f, 0.8f), y = -std::sqrt(1 - radius * radius) * half.y;
  for (int k = 0; k < 32; ++k) {
    const float angle = kTurn * static_cast<float>(k) / 32;
    ring.push_back({radius * half.x * std::cos(angle), y, radius * half.z * std::sin(angle)});
  }
  Solid band;
  add_tube(ring, {0, 1, 0}, {random.between(0.008f, 0.03f), random.between(0.008f, 0.025f)}, true, band);
  const float gray = random.between(0.05f, 0.8f);
  add_object(place, std::move(band), PlainPaint{{gray, gray, gray}, 0}, scene);
  if (random.chance(0.3f)) return;
  Solid visor;
  add_ellipsoid(Vec3{0, 0.02f, 0.14f} * half.z, half * Vec3{0.93f, random.between(0.5f, 0.75f), 0.93f}, visor,
                kFine);
  const Vec3 dark = Vec3{1, random.between(0.6f, 1), random.between(0.2f, 1)} * random.between(0.01f, 0.3f);
  add_object(place, std::move(visor), random.chance(0.7f) ? Paint{PlainPaint{dark, 0}} : paint, scene);
}

}  // namespace

void add_held(const Body& body, const Held& held, Random random, Scene& scene) {
  const Place place = place_of(body, held);
  const Vec3 half = held.half_size;
  ClothPaint paint = body.traits->held_paint;
  paint.chest = place.held.offset;
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
  add_object(place, std::move(solid), paint, scene);
  if (held.kind == HeldKind::helmet) add_helmet_parts(place, half, paint, random, scene);
}

}  // namespace portrait_depth::people
