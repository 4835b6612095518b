#include "sitter.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>

#include "colors.hpp"

namespace portrait_depth::people {
namespace {

Vec3 natural_hair(Random& random, float age) {
  if (random.chance(smoothstep(45, 75, age)))
    return from_hsv(0.09f, random.between(0.02f, 0.08f), random.between(0.5f, 0.8f));  // gray
  const float kind = random.unit();
  if (kind < 0.4f) return from_hsv(0.07f, random.between(0.2f, 0.4f), random.between(0.1f, 0.2f));  // black
  if (kind < 0.8f)
    return from_hsv(0.07f, random.between(0.45f, 0.6f), random.between(0.22f, 0.42f));  // brown
  return from_hsv(0.1f, random.between(0.35f, 0.5f), random.between(0.5f, 0.68f));      // dark blond
}

int hair_mesh(Random& random, const Catalog& catalog, Split split, bool male) {
  std::vector<int> fitting;
  for (std::size_t i = 0; i < catalog.hair.size(); ++i)
    if (catalog.hair[i].split == split && catalog.hair[i].part.name.starts_with("short") == male)
      fitting.push_back(static_cast<int>(i));
  return fitting.empty() ? -1 : fitting[random.below(fitting.size())];
}

void cut_hair(Random random, const Catalog& catalog, Split split, Traits& traits) {
  HairTraits& hair = traits.hair;
  hair.mesh = hair_mesh(random, catalog, split, traits.macro.sex > 0.5f);
  hair.color = natural_hair(random, traits.macro.age);
  hair.tip_color = hair.color * 1.15f;
  hair.contrast = 0.75f;
  hair.streaks = 0.25f;
  hair.scale = {1.02f, 1, 1.01f};
  hair.shear_x = hair.shear_z = hair.bulk = hair.waviness = 0;
  hair.length = 1;
  traits.brow_color = hair.color * 0.7f;
  traits.beard = {};
  traits.skin_paint.stubble = 0;
}

// Suits keep the colors of their texture; shirts have one muted color.
void dress(Random random, const Catalog& catalog, Traits& traits) {
  traits.outer = {};
  traits.headwear = Headwear::none;
  traits.earphones = false;
  if (traits.glasses_tint > 0.2f) traits.glasses = Glasses::none;
  traits.glasses_color = {0.02f, 0.02f, 0.02f};
  SuitTraits& suit = traits.suit;
  suit.looseness = 0.004f;
  suit.folds = 0.004f;
  suit.paint = {};
  suit.paint.keep_colors = catalog.suits[static_cast<std::size_t>(suit.mesh)].part.name.starts_with("male");
  suit.paint.color = from_hsv(random.unit(), random.between(0.15f, 0.5f), random.between(0.4f, 0.75f));
}

// Brown, or blue with light skin. The other textures are brighter or redder than eyes are.
int eye_texture(Random random, const Catalog& catalog, float skin_tone) {
  const std::string_view name = skin_tone < 4 && random.chance(0.5f) ? "blue_eye" : "brownlight_eye";
  const auto& textures = catalog.eyes.textures;
  const auto found = std::ranges::find(textures, name, &NamedTexture::name);
  return found == textures.end() ? 0 : static_cast<int>(found - textures.begin());
}

}  // namespace

Traits choose_sitter(const Random& random, const Catalog& catalog, Split split) {
  Traits traits = choose_traits(random, catalog, split);
  cut_hair(random.fork("sitter's hair"), catalog, split, traits);
  dress(random.fork("sitter's clothes"), catalog, traits);
  traits.eye_texture = eye_texture(random.fork("sitter's eyes"), catalog, traits.skin_tone);
  traits.gaze_yaw = traits.gaze_pitch = 0;
  traits.skin_paint.mottling = 0.12f;
  return traits;
}

Shot sitter_shot(Random random, float aspect) {
  Shot shot;
  shot.aspect = aspect;
  shot.vertical_view = 20;
  constexpr float kHeadMetres = 0.24f;
  shot.distance =
      kHeadMetres / random.between(0.42f, 0.47f) / (2 * std::tan(radians(shot.vertical_view / 2)));
  shot.elevation = random.between(-2, 5);
  shot.azimuth = random.between(-24, 24);
  shot.head_yaw = random.normal(0, 5);
  shot.head_pitch = random.normal(0, 2);
  shot.head_roll = random.normal(0, 3);
  shot.eyes_y = 0.42f;
  shot.lean = 2;
  shot.slump = 3;
  return shot;
}

}  // namespace portrait_depth::people
