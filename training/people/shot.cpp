#include "shot.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "vectors.hpp"

namespace portrait_depth::people {
namespace {

constexpr float kHeadHeight = 0.24f;

// The camera's height: other people's cameras are about level with the eyes, selfies are taken from a little
// above, and phones on a table or in a hand stand a little below. A few stand anywhere.
void choose_elevation(Random& random, bool phone_distance, Shot& shot) {
  constexpr float kAnywhere = 0.06f, kLowest = -45, kHighest = 40;
  const float elevation = shot.selfie      ? random.normal(8, 11)
                          : phone_distance ? random.normal(-4, 12)
                                           : random.normal(0, 7);
  shot.elevation = std::clamp(elevation, kLowest, kHighest);
  if (random.chance(kAnywhere)) shot.elevation = random.between(kLowest, kHighest);
}

// Head sizes in the photo from close face to half body, and a matching field of view and distance.
void choose_distance(Random& random, bool phone_distance, Shot& shot) {
  while (true) {
    float head_share = 0;  // of the photo's height
    if (phone_distance) {
      shot.vertical_view = random.between(50, 80);
      shot.distance = random.normal_within(0.52f, 0.13f, 0.28f, 0.85f);
    } else {
      const float kind = random.unit();
      head_share = kind < 0.3f    ? random.between(0.48f, 0.95f)
                   : kind < 0.8f  ? random.between(0.27f, 0.48f)
                   : kind < 0.97f ? random.between(0.17f, 0.27f)
                                  : random.between(0.11f, 0.17f);
      shot.vertical_view = random.between(20, 80);
      shot.distance =
          kHeadHeight / head_share / (2 * std::tan(shot.vertical_view * std::numbers::pi_v<float> / 360));
    }
    if (shot.distance >= 0.25f && shot.distance <= 3) return;
  }
}

// Phones held low. Either the camera is below, before a chest as near as the face or nearer; or it is about
// level and the head is tipped back, the body with it, and the chin is as near as the chest.
enum class Below : std::uint8_t { none, low_camera, tipped_head };

Below choose_below(Random& random, ShotKind kind) {
  if (kind != ShotKind::below && !random.chance(0.13f)) return Below::none;
  return random.chance(0.4f) ? Below::low_camera : Below::tipped_head;
}

// Heads seen from below mostly face ahead or up, not down into the lens.
void choose_head(Random& random, Below below, Shot& shot) {
  const float turned = random.unit();
  shot.head_yaw = turned < 0.55f   ? random.normal(0, 13)
                  : turned < 0.87f ? random.normal(0, 30)
                                   : random.between(-75, 75);
  shot.head_yaw = std::clamp(shot.head_yaw, -75.0f, 75.0f);
  const float follow = random.chance(0.5f) ? random.between(0, 0.3f) : random.between(0.3f, 1);
  shot.head_pitch = std::clamp(random.normal(1, 10) - shot.elevation * follow, -35.0f, 45.0f);
  if (below == Below::low_camera) shot.head_pitch = random.between(12, 75);
  if (below == Below::tipped_head) shot.head_pitch = random.between(35, 78);
  shot.head_roll = std::clamp(random.normal(0, 8), -25.0f, 25.0f);
  shot.neck_share = below == Below::tipped_head ? random.between(-0.1f, 0.35f) : random.between(0.15f, 0.65f);
  const float tipped = smoothstep(15, 60, shot.elevation + shot.head_pitch);
  shot.throat_drawn = random.chance(0.7f) ? tipped * random.between(0, 0.035f) : 0;
  shot.azimuth = std::clamp(-shot.head_yaw * random.between(0, 1) + random.normal(0, 18), -70.0f, 70.0f);
}

// Shares of the postures that are not upright; README.md, "Postures", has the whole distribution.
constexpr float kOnElbows = 0.08f, kReclining = 0.07f;

// Independent of the camera: bodies follow gravity, so the slope of their depth follows the camera's pitch.
void choose_torso(Random& random, Below below, Shot& shot) {
  const float kind = below == Below::none ? random.unit() : 1;
  if (kind < kOnElbows) {
    shot.torso = Torso::on_elbows;
    shot.lean = random.between(12, 35);
    shot.slump = random.between(5, 20);
  } else if (kind < kOnElbows + kReclining) {
    shot.torso = Torso::reclining;
    shot.lean = random.between(-45, -12);
    shot.slump = random.between(0, 12);
  } else {
    shot.lean = random.normal_within(2, 3, -6, 10);
    shot.slump = std::abs(random.normal_within(0, 4, -10, 10));
  }
  shot.lean_side = random.normal(0, shot.torso == Torso::upright ? 3 : 7);
  shot.twist = random.normal(0, 10);
  shot.shoulders_forward = random.normal(4, 9);
  for (float& up : shot.shoulders_up) up = random.normal(2, 5);
  shot.seated = shot.torso != Torso::upright || random.chance(0.3f);
}

// A phone held low: most hold it before an upright body, some on a sofa. With a tipped head the body leans
// back as well, because necks bend only so far.
void choose_torso_from_below(Random& random, Below below, Shot& shot) {
  if (below == Below::low_camera && random.chance(0.3f)) shot.lean = random.between(-38, -5);
  if (below == Below::tipped_head)
    shot.lean = std::clamp(random.between(-15, 45) - shot.elevation - shot.head_pitch, -40.0f, 15.0f);
  shot.torso = shot.lean < -12 ? Torso::reclining : Torso::upright;
  shot.shoulders_forward += random.between(0, 12);
}

void choose_arms(Random& random, Shot& shot) {
  for (Arms& arm : shot.arms) {
    const float kind = random.unit();
    arm = kind < 0.7f     ? Arms::down
          : kind < 0.85f  ? Arms::lap
          : kind < 0.91f  ? Arms::hips
          : kind < 0.935f ? Arms::raised
          : kind < 0.96f  ? Arms::behind_head
          : kind < 0.985f ? Arms::chin
          : kind < 0.994f ? Arms::chest
                          : Arms::face;
  }
  if (shot.torso == Torso::on_elbows)
    for (Arms& arm : shot.arms) {
      const float kind = random.unit();
      arm = kind < 0.3f ? Arms::chin : kind < 0.8f ? Arms::chest : Arms::lap;
    }
  shot.selfie_side = random.chance(0.65f) ? 1 : 0;
  shot.phone = random.chance(0.5f);
}

// Stand-ins for balls, helmets, parcels, books, cups, instruments: from a hand's to an arm's size.
void choose_held(Random random, Shot& shot) {
  if (!random.chance(0.07f)) return;
  Held& held = shot.held;
  const float kind = random.unit();
  held.kind = kind < 0.3f    ? HeldKind::ball
              : kind < 0.45f ? HeldKind::helmet
              : kind < 0.8f  ? HeldKind::box
                             : HeldKind::bottle;
  if (held.kind == HeldKind::ball) {
    const float radius = random.between_by_ratio(0.04f, 0.18f);
    held.half_size = Vec3{random.between_by_ratio(0.7f, 1.4f), random.between_by_ratio(0.7f, 1.4f),
                          random.between_by_ratio(0.7f, 1.4f)} *
                     radius;
  } else if (held.kind == HeldKind::helmet) {
    held.half_size =
        Vec3{1, random.between(0.95f, 1.15f), random.between(1, 1.2f)} * random.between(0.12f, 0.16f);
  } else if (held.kind == HeldKind::box) {
    held.half_size = {random.between_by_ratio(0.04f, 0.24f), random.between_by_ratio(0.04f, 0.2f),
                      random.between_by_ratio(0.006f, 0.16f)};
  } else {
    const float radius = random.between_by_ratio(0.02f, 0.06f);
    held.half_size = {radius, random.between_by_ratio(0.04f, 0.16f), radius};
  }
  held.aside = random.normal(0, 0.09f);
  held.up = random.between(-0.18f, 0.18f);
  held.gap = random.chance(0.6f) ? random.between(0, 0.02f) : random.between(0.02f, 0.2f);
  held.yaw = random.normal(0, 25);
  held.pitch = random.normal(0, 18);
  held.roll = random.normal(0, 18);
  const float hands = random.unit();  // both, or one of them
  if (hands < 0.75f) shot.arms[0] = Arms::holding;
  if (hands < 0.5f || hands >= 0.75f) shot.arms[1] = Arms::holding;
}

}  // namespace

Shot choose_shot(Random random, ShotKind kind) {
  Shot shot;
  const Below below = choose_below(random, kind);
  const bool phone_distance = below != Below::none || random.chance(0.35f);
  shot.selfie = phone_distance && random.chance(0.4f);
  choose_elevation(random, phone_distance, shot);
  if (below == Below::low_camera) shot.elevation = random.between(-45, 2);
  if (below == Below::tipped_head) shot.elevation = random.between(-22, 6);
  choose_distance(random, phone_distance, shot);
  if (below != Below::none) shot.distance = random.between(0.28f, 0.62f);
  choose_head(random, below, shot);

  choose_torso(random, below, shot);
  if (below != Below::none) choose_torso_from_below(random, below, shot);
  choose_arms(random, shot);

  constexpr float kAspects[] = {0.75f, 0.75f, 0.75f, 0.5625f, 0.6667f, 1, 1.3333f, 1.5f, 1.7778f, 0.8f};
  shot.aspect = kAspects[random.below(std::size(kAspects))];
  if (phone_distance && random.chance(0.7f)) shot.aspect = random.chance(0.7f) ? 0.75f : 0.5625f;
  shot.eyes_x = std::clamp(random.normal(0.5f, 0.09f), 0.15f, 0.85f);
  shot.eyes_y = std::clamp(random.normal(0.4f, 0.08f), 0.15f, 0.7f);
  if (below != Below::none) shot.eyes_y = std::clamp(random.normal(0.36f, 0.08f), 0.15f, 0.6f);
  shot.camera_roll = random.normal(0, 3) + (random.chance(0.1f) ? random.between(-15, 15) : 0);
  shot.second_person = random.chance(0.05f);
  shot.crop_shift_x = random.normal(0, 0.012f);
  shot.crop_shift_y = random.normal(0, 0.012f);
  shot.crop_scale = std::exp(random.normal(0, 0.025f));
  choose_held(random.fork("held"), shot);
  return shot;
}

}  // namespace portrait_depth::people
