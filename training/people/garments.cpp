#include "garments.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "random.hpp"
#include "shell.hpp"

namespace portrait_depth::people {
namespace {

constexpr float kTurn = 2 * std::numbers::pi_v<float>;
constexpr std::size_t kSides = 10;  // of a roll's cross section

// On the base mesh, metres; landmarks.cpp lists the places of its parts.
float inside_pullover(Vec3 p, float drop) {
  const float neckline =
      0.575f + 2.8f * p.x * p.x - (0.02f + drop) * std::clamp((p.z + 0.04f) / 0.11f, 0.0f, 1.0f);
  const float below_neck = p.y > 0.6f ? -0.05f : neckline - p.y;
  // The forearm runs from the elbow to the wrist along this direction.
  const Vec3 wrist{0.431f, 0.245f, 0.176f}, along = normalized({0.118f, -0.104f, 0.162f});
  const Vec3 right{std::abs(p.x), p.y, p.z};
  const float before_wrist = right.x > 0.35f ? -dot(right - wrist, along) : 0.05f;
  return std::min({below_neck, before_wrist, p.y + 0.75f, 0.05f});
}

// Distance from a jacket's open front, which is wider toward the neck. The back is whole.
float beside_opening(Vec3 p, float half_width) {
  if (p.z < 0) return 0.05f;
  const float width = half_width * mix(0.6f, 1.6f, smoothstep(0.2f, 0.55f, p.y));
  return std::abs(p.x) - width + 0.3f * std::max(0.0f, 0.05f - p.z);
}

// A soft roll of cloth around the neck, or hanging from it.
struct Roll {
  std::vector<Vec3> middle{}, outward{};  // along the roll; `outward` are unit
  std::vector<Vec2> half_size{};          // outward and upward
  std::vector<std::uint32_t> anchor{};    // the base vertex of each point
  bool closed = true;
};

class Rolls {
 public:
  Rolls(const Body& body, float unevenness, std::uint32_t seed)
      : body_(body), unevenness_(unevenness), seed_(seed) {}

  void add(const Roll& roll) {
    const auto first = static_cast<std::uint32_t>(rest_.size());
    const std::size_t count = roll.middle.size();
    for (std::size_t i = 0; i < count; ++i) {
      const Vec3 before = roll.middle[i > 0 ? i - 1 : (roll.closed ? count - 1 : 0)],
                 after = roll.middle[i + 1 < count ? i + 1 : (roll.closed ? 0 : count - 1)];
      const Vec3 up = normalized(cross(roll.outward[i], normalized(after - before)));
      for (std::size_t k = 0; k < kSides; ++k) {
        const float angle = kTurn * static_cast<float>(k) / kSides;
        const Vec3 d = roll.outward[i] * (roll.half_size[i].x * std::cos(angle)) +
                       up * (roll.half_size[i].y * std::sin(angle));
        const Vec3 p = roll.middle[i] + d;
        const float wave = value_noise(p * 45, seed_) + 0.6f * value_noise(p * 18, seed_ + 1) - 0.8f;
        rest_.push_back(roll.middle[i] + d * (1 + unevenness_ * wave));
        weights_.push_back(body_.catalog->rig->weights()[roll.anchor[i]]);
      }
    }
    for (std::size_t i = 0; i + (roll.closed ? 0 : 1) < count; ++i) {
      const auto a = first + static_cast<std::uint32_t>(i * kSides),
                 b = first + static_cast<std::uint32_t>((i + 1) % count * kSides);
      for (std::uint32_t k = 0; k < kSides; ++k) {
        const std::uint32_t next = (k + 1) % kSides;
        indices_.insert(indices_.end(), {a + k, b + k, b + next, a + k, b + next, a + next});
      }
    }
  }

  SceneObject take(Paint paint) {
    SceneObject object{.label = Label::cloth, .uvs = {{0, 0}}, .paint = paint};
    object.rest = std::move(rest_);
    object.indices = std::move(indices_);
    object.uv_indices.assign(object.indices.size(), 0);
    skin(object.rest, weights_, body_.moves, object.positions);
    smooth_normals(object.positions, object.indices, object.normals);
    return object;
  }

 private:
  const Body& body_;
  float unevenness_;
  std::uint32_t seed_;
  std::vector<Vec3> rest_;
  std::vector<SkinWeights> weights_;
  std::vector<std::uint32_t> indices_;
};

// The place of a roll about the neck, metres; `front_drop` and `back_bulk` are in addition to the rest.
struct Lie {
  float out = 0, lift = 0;  // away from the neck, and above its base
  float front_drop = 0;     // lower in front
  Vec2 half_size{};
  float back_bulk = 1;  // thickness at the back over the rest
  float turn = 0;       // of the tilt about the vertical, radians
};

Roll neck_roll(const Body& body, const Lie& lie) {
  const auto& ring = body.catalog->landmarks.neck_ring;
  const std::size_t count = ring.size();
  Roll roll;
  Vec3 center;
  for (const std::uint32_t v : ring) center += body.rest[v] * (1.0f / static_cast<float>(count));
  for (std::size_t i = 0; i < count; ++i) {
    Vec3 p;  // the mean of neighbors: cloth bridges the hollows between the neck's sinews
    for (std::size_t k = 0; k < 5; ++k) p += body.rest[ring[(i + count + k - 2) % count]] * 0.2f;
    const float angle = kTurn * static_cast<float>(i) / static_cast<float>(count);
    const float back = 0.5f - 0.5f * std::cos(angle), front = 0.5f + 0.5f * std::cos(angle - lie.turn);
    const Vec2 half = lie.half_size * mix(1.0f, lie.back_bulk, back);
    const Vec3 outward = normalized(Vec3{p.x - center.x, 0, p.z - center.z});
    roll.middle.push_back(p + outward * (lie.out + half.x) + Vec3{0, lie.lift - lie.front_drop * front, 0});
    roll.outward.push_back(outward);
    roll.half_size.push_back(half);
    roll.anchor.push_back(ring[i]);
  }
  return roll;
}

// The end of a scarf, down one side of the chest.
Roll scarf_end(const Body& body, float side, float thickness, float width, std::size_t length) {
  const auto& line = body.catalog->landmarks.chest_line;
  Roll roll{.closed = false};
  for (std::size_t i = 0; i < std::min(length, line.size()); ++i) {
    const Vec3 p = body.rest[line[i]];
    const Vec3 outward = normalized(Vec3{0.3f * side, 0.1f, 1});
    roll.middle.push_back(Vec3{p.x * side, p.y, p.z} + outward * (thickness + 0.012f));
    roll.outward.push_back(outward);
    roll.half_size.push_back({thickness, width});
    roll.anchor.push_back(line[i]);
  }
  return roll;
}

}  // namespace

std::vector<float> outer_mask(const Body& body) {
  const Mesh& base = body.catalog->base;
  const std::vector<std::uint32_t>& vertices = base.group_vertices.at("body");
  std::vector<float> mask(vertices.back() + 1, -1);
  for (const std::uint32_t v : vertices)
    mask[v] = inside_pullover(base.positions[v] * 0.1f, body.traits->outer.neckline_drop);
  return mask;
}

void add_outer(const Body& body, const std::vector<float>& mask, Scene& scene) {
  const OuterTraits& outer = body.traits->outer;
  const auto add = [&](const std::vector<float>& inside, ClothPaint paint, float thickness, float folds) {
    paint.chest = body.mouth_rest - Vec3{0, 0.33f, 0};
    scene.objects.push_back(shell_object(body,
                                         {.mask = &inside,
                                          .use = MaskUse::cut,
                                          .offset = thickness,
                                          .smoothing = 12,
                                          .folds = folds,
                                          .seed = outer.seed},
                                         Label::cloth, paint));
  };
  if (outer.opening <= 0) return add(mask, outer.paint, outer.thickness, outer.folds);
  std::vector<float> jacket = mask;
  const Mesh& base = body.catalog->base;
  for (const std::uint32_t v : base.group_vertices.at("body"))
    jacket[v] = std::min(jacket[v], beside_opening(base.positions[v] * 0.1f, outer.opening));
  add(mask, outer.shirt_paint, 0.3f * outer.thickness, 0.4f * outer.folds);
  add(jacket, outer.paint, outer.thickness, outer.folds);
}

SceneObject neckwear_object(const Body& body) {
  const OuterTraits& outer = body.traits->outer;
  Random random(outer.seed);
  Rolls rolls(body, random.between(0.1f, 0.5f), outer.seed);
  const float width = outer.neckwear_width;
  switch (outer.neckwear) {
    case Neckwear::collar: {  // a polo neck, a stand-up or a turned-down collar
      const float height = random.between(0.01f, 0.035f);
      rolls.add(neck_roll(body, {.out = random.between(0, 0.012f),
                                 .lift = height * random.between(0.2f, 1),
                                 .front_drop = random.between(0, 0.03f),
                                 .half_size = {width * 0.7f, height}}));
      break;
    }
    case Neckwear::scarf: {
      const std::size_t turns = 1 + random.below(3);
      for (std::size_t turn = 0; turn < turns; ++turn)
        rolls.add(neck_roll(body, {.out = random.between(0, 0.015f) + 0.006f * static_cast<float>(turn),
                                   .lift = random.between(-0.015f, 0.035f),
                                   .front_drop = random.between(-0.01f, 0.05f),
                                   .half_size = {width * random.between(0.7f, 1), width},
                                   .back_bulk = random.between(0.7f, 1.1f),
                                   .turn = random.between(-1.2f, 1.2f)}));
      for (const float side : {-1.0f, 1.0f})
        if (random.chance(0.45f))
          rolls.add(scarf_end(body, side, width * 0.5f, random.between(0.025f, 0.045f), 4 + random.below(6)));
      break;
    }
    case Neckwear::hood: {  // lies on the shoulders, heaped behind the neck
      rolls.add(neck_roll(body, {.out = random.between(0.004f, 0.03f) + outer.thickness * 0.5f,
                                 .lift = random.between(-0.012f, 0.012f),
                                 .front_drop = random.between(0.01f, 0.05f),
                                 .half_size = {width * 0.8f, width},
                                 .back_bulk = random.between(1.2f, 2.4f)}));
      break;
    }
    case Neckwear::none:
      break;
  }
  return rolls.take(outer.neckwear_paint);
}

}  // namespace portrait_depth::people
