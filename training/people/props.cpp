#include "props.hpp"

#include <array>
#include <cmath>
#include <numbers>

#include "shell.hpp"
#include "solids.hpp"

namespace portrait_depth::people {
namespace {

constexpr float kTurn = 2 * std::numbers::pi_v<float>;

Vec3 at(const Body& body, std::uint32_t vertex) {
  return body.rest[vertex];
}

SceneObject head_shell(const Body& body, const Shell& shell, Label label, Paint paint) {
  SceneObject object = shell_object(body, shell, label, paint);
  object.all_head = true;
  return object;
}

// A solid built on the unposed head, carried by the head bone.
SceneObject head_object(const Body& body, Solid solid, Label label, const Paint& paint) {
  const Rigid& move = body.moves[static_cast<std::size_t>(body.catalog->rig->bone("head"))];
  SceneObject object = solid_object(std::move(solid), move, label, paint);
  object.all_head = true;
  return object;
}

// The rim of a lens: a superellipse about `center`, bent back toward the temples.
std::vector<Vec3> lens_rim(Vec3 center, Vec2 half_size, float exponent, float bend, float middle_x) {
  constexpr int kPoints = 32;
  std::vector<Vec3> rim;
  for (int i = 0; i < kPoints; ++i) {
    const float angle = kTurn * static_cast<float>(i) / kPoints, c = std::cos(angle), s = std::sin(angle);
    const Vec3 p{std::copysign(std::pow(std::abs(c), 2 / exponent), c) * half_size.x,
                 std::copysign(std::pow(std::abs(s), 2 / exponent), s) * half_size.y, 0};
    const float out = std::abs(center.x + p.x - middle_x);
    rim.push_back(center + p - Vec3{0, 0, bend * out * out});
  }
  return rim;
}

struct Frame {
  Vec2 half_size;
  float exponent = 2, thickness = 0.0015f,
        lowest = -2;  // `lowest`: the rim covers the angles whose sine is above it
};

Frame frame_of(Glasses glasses) {
  switch (glasses) {
    case Glasses::round:
      return {{0.0235f, 0.0225f}, 2, 0.0013f, -2};
    case Glasses::square:
      return {{0.0265f, 0.0195f}, 4.5f, 0.0022f, -2};
    case Glasses::wide:
      return {{0.0295f, 0.0235f}, 2.8f, 0.0024f, -2};
    case Glasses::half_rim:
      return {{0.0265f, 0.0175f}, 3.2f, 0.0014f, -0.2f};
    case Glasses::none:
      break;
  }
  return {};
}

ClothPaint headwear_paint(const Body& body) {
  const Traits& traits = *body.traits;
  ClothPaint paint;
  paint.keep_colors = false;
  paint.mean = {0.5f, 0.5f, 0.5f};
  paint.color = traits.headwear_color;
  paint.second = traits.headwear_second;
  paint.pattern = traits.headwear_pattern;
  paint.period = 0.02f;
  paint.yarn = traits.headwear_yarn;
  paint.seed = traits.hair.seed;
  return paint;
}

void add_brim(const Body& body, float lift, Random& random, Scene& scene) {
  const Landmarks& marks = body.catalog->landmarks;
  const Vec3 front = at(body, marks.forehead), left = at(body, marks.temple[0]),
             right = at(body, marks.temple[1]);
  const float half = 0.5f * (left.x - right.x), back = 0.5f * (left.z + right.z),
              middle = 0.5f * (left.x + right.x);
  const float reach = random.between(0.05f, 0.08f), droop = random.between(0.1f, 0.5f),
              curve = random.between(0.01f, 0.03f);
  constexpr int kColumns = 21, kRows = 6;
  std::vector<Vec3> points;
  for (int row = 0; row < kRows; ++row) {
    for (int column = 0; column < kColumns; ++column) {
      const float angle = radians(-62 + 124.0f * static_cast<float>(column) / (kColumns - 1)),
                  c = std::cos(angle), s = std::sin(angle);
      const float out = reach * static_cast<float>(row) / (kRows - 1) * std::pow(c, 0.6f);
      points.push_back({middle + (half + lift) * s, front.y - 0.003f + 0.004f - droop * out - curve * s * s,
                        back + (front.z - back + lift) * c + out});
    }
  }
  Solid solid;
  add_grid(points, kColumns, solid);
  for (Vec3& p : points) p.y -= 0.003f;
  add_grid(points, kColumns, solid);
  scene.objects.push_back(head_object(body, std::move(solid), Label::headwear, headwear_paint(body)));
}

void add_headphones(const Body& body, Scene& scene) {
  const Landmarks& marks = body.catalog->landmarks;
  const Vec3 left = at(body, marks.ear_canal[0]), right = at(body, marks.ear_canal[1]),
             top = at(body, marks.top);
  const Vec3 middle = (left + right) * 0.5f;
  const float half = 0.5f * (left.x - right.x) + 0.022f, high = top.y - middle.y + 0.022f;
  std::vector<Vec3> band;
  for (int i = 0; i <= 24; ++i) {
    const float angle = std::numbers::pi_v<float> * static_cast<float>(i) / 24;
    band.push_back({middle.x + half * std::cos(angle), middle.y + high * std::sin(angle), middle.z - 0.005f});
  }
  Solid solid;
  add_tube(band, {0, 0, 1}, {0.014f, 0.005f}, false, solid);
  add_ellipsoid({left.x + 0.02f, left.y + 0.005f, left.z - 0.004f}, {0.02f, 0.042f, 0.036f}, solid);
  add_ellipsoid({right.x - 0.02f, right.y + 0.005f, right.z - 0.004f}, {0.02f, 0.042f, 0.036f}, solid);
  scene.objects.push_back(
      head_object(body, std::move(solid), Label::hard, PlainPaint{body.traits->headwear_color, 0}));
}

}  // namespace

void add_glasses(const Body& body, Scene& scene) {
  const Traits& traits = *body.traits;
  const Landmarks& marks = body.catalog->landmarks;
  Frame frame = frame_of(traits.glasses);
  const Vec3 bridge = at(body, marks.bridge);
  const float eye_gap = body.eye_rest[0].x - body.eye_rest[1].x;
  const float size = traits.glasses_scale * eye_gap / 0.062f;
  frame.half_size = frame.half_size * size;
  const float z = std::max(bridge.z + 0.003f, std::max(body.eye_rest[0].z, body.eye_rest[1].z) + 0.029f);
  const float y = body.eyes_rest.y - 0.003f, middle = bridge.x;
  Solid solid, lenses;
  const Vec2 section{frame.thickness * 1.3f, frame.thickness};
  std::array<Vec3, 2> inner, outer;
  for (std::size_t side = 0; side < 2; ++side) {
    const float out = side == 0 ? 1.0f : -1.0f;
    const float x = std::max(0.5f * eye_gap, frame.half_size.x + 0.008f) * out + middle;
    const std::vector<Vec3> rim = lens_rim({x, y, z}, frame.half_size, frame.exponent, 1.6f, middle);
    add_disc(rim, lenses);
    if (frame.lowest < -1) {
      add_tube(rim, {0, 0, 1}, section, true, solid);
    } else {
      std::vector<Vec3> arc;
      for (std::size_t i = 0; i <= rim.size(); ++i) {  // starts below on the outer side, runs over the top
        const std::size_t k = (i + rim.size() - 2) % rim.size();
        if ((rim[k].y - y) / frame.half_size.y > frame.lowest) arc.push_back(rim[k]);
      }
      add_tube(arc, {0, 0, 1}, section, false, solid);
    }
    inner[side] = {x - out * frame.half_size.x, y + 0.3f * frame.half_size.y, z};
    const float edge = frame.half_size.x * 0.98f + std::abs(x - middle);
    outer[side] = {middle + out * edge, y + 0.45f * frame.half_size.y, z - 1.6f * edge * edge};
    const Vec3 ear = at(body, marks.ear_top[side]) + Vec3{out * 0.004f, 0.004f, 0};
    const std::array<Vec3, 4> temple{outer[side], mix(outer[side], ear, 0.5f) + Vec3{out * 0.003f, 0, 0}, ear,
                                     ear + Vec3{0, -0.02f, -0.02f}};
    add_tube(temple, {0, 1, 0}, {frame.thickness * 1.5f, frame.thickness * 0.8f}, false, solid);
  }
  const std::array<Vec3, 3> over_nose{inner[0], (inner[0] + inner[1]) * 0.5f + Vec3{0, 0.002f, 0.003f},
                                      inner[1]};
  add_tube(over_nose, {0, 1, 0}, section, false, solid);
  scene.objects.push_back(
      head_object(body, std::move(solid), Label::hard, PlainPaint{traits.glasses_color, 0}));
  if (traits.glasses_tint > 0) {
    scene.objects.push_back(
        head_object(body, std::move(lenses), Label::hard, PlainPaint{traits.lens_color, 0}));
    scene.objects.back().opacity = traits.glasses_tint;
    scene.objects.back().casts_shadow = false;
  }
}

void add_headwear(const Body& body, Random random, Scene& scene) {
  const Landmarks& marks = body.catalog->landmarks;
  const float thick =
      body.traits->hair.mesh < 0 ? random.between(0.005f, 0.01f) : random.between(0.009f, 0.02f);
  switch (body.traits->headwear) {
    case Headwear::cap:
      scene.objects.push_back(
          head_shell(body, {&marks.cap, MaskUse::cut, thick, 8}, Label::headwear, headwear_paint(body)));
      add_brim(body, thick, random, scene);
      break;
    case Headwear::beanie:
      scene.objects.push_back(head_shell(body, {&marks.beanie, MaskUse::cut, thick + 0.003f, 20},
                                         Label::headwear, headwear_paint(body)));
      break;
    case Headwear::headscarf:
      scene.objects.push_back(head_shell(body, {&marks.headscarf, MaskUse::cut, thick, 40}, Label::headwear,
                                         headwear_paint(body)));
      break;
    case Headwear::headphones:
      add_headphones(body, scene);
      break;
    case Headwear::fedora:
    case Headwear::none:
      break;
  }
}

void add_earphones(const Body& body, Scene& scene) {
  Solid solid;
  for (std::size_t side = 0; side < 2; ++side) {
    const float out = side == 0 ? 1.0f : -1.0f;
    const Vec3 ear = at(body, body.catalog->landmarks.ear_canal[side]) + Vec3{out * 0.003f, 0, 0.004f};
    add_ellipsoid(ear, {0.007f, 0.008f, 0.008f}, solid);
    const std::array<Vec3, 2> stem{ear + Vec3{out * 0.004f, 0, 0}, ear + Vec3{out * 0.004f, -0.03f, 0.008f}};
    add_tube(stem, {0, 0, 1}, {0.003f, 0.003f}, false, solid);
  }
  scene.objects.push_back(
      head_object(body, std::move(solid), Label::hard, PlainPaint{{0.75f, 0.75f, 0.75f}, 0}));
}

void add_phone(Vec3 wrist, Vec3 along, Vec3 facing, Random random, Scene& scene) {
  const Vec3 out = normalized(facing), up = normalized(along - out * dot(along, out)), side = cross(up, out);
  Solid solid;
  add_box(wrist + along * 0.09f + out * 0.025f, side * 0.037f, up * 0.075f, out * 0.004f, solid);
  const float shade = random.chance(0.6f) ? random.between(0.01f, 0.06f) : random.between(0.2f, 0.8f);
  const PlainPaint paint{{shade, shade, shade * random.between(0.8f, 1.2f)}, 0};
  scene.objects.push_back(solid_object(std::move(solid), {}, Label::hard, paint));
}

const std::vector<float>* headwear_mask(const Body& body) {
  switch (body.traits->headwear) {
    case Headwear::cap:
      return &body.catalog->landmarks.cap;
    case Headwear::beanie:
      return &body.catalog->landmarks.beanie;
    case Headwear::headscarf:
      return &body.catalog->landmarks.headscarf;
    case Headwear::fedora:
    case Headwear::headphones:
    case Headwear::none:
      break;
  }
  return nullptr;
}

bool under_hat(const Body& body, Vec3 rest) {
  // The band's plane runs through the forehead and the back of the head.
  const float low = body.rest[body.catalog->landmarks.forehead].y;
  const Vec3 d = rest - body.skull_rest;
  switch (body.traits->headwear) {
    case Headwear::cap:
      return rest.y > low - 0.03f + 0.13f * d.z;
    case Headwear::beanie:
      return rest.y > low - 0.045f + 0.28f * d.z;
    case Headwear::fedora:
      return rest.y > low - 0.02f + 0.1f * d.z;
    case Headwear::headscarf:
      return true;
    case Headwear::headphones:
    case Headwear::none:
      return false;
  }
  return false;
}

}  // namespace portrait_depth::people
