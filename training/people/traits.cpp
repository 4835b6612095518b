#include "traits.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>

#include "choices.hpp"
#include "colors.hpp"
#include "scanned_faces.hpp"

namespace portrait_depth::people {
namespace {

Macro choose_macro(Random random) {
  Macro macro;
  macro.sex = random.chance(0.5f) ? random.between(0, 0.15f) : random.between(0.85f, 1);
  if (random.chance(0.1f)) macro.sex = random.between(0.15f, 0.85f);
  const float age = random.unit();
  macro.age = age < 0.1f   ? random.between(3, 12)
              : age < 0.7f ? random.between(13, 50)
                           : random.between(50, 88);
  std::array<float, 3> race{};
  for (float& share : race) share = std::pow(random.unit(), 2.5f) + 1e-3f;
  if (random.chance(0.6f)) race[random.below(3)] += 2;
  const float sum = race[0] + race[1] + race[2];
  macro.african = race[0] / sum;
  macro.asian = race[1] / sum;
  macro.caucasian = race[2] / sum;
  macro.muscle = random.normal_within(0.5f, 0.2f, 0.05f, 0.95f);
  macro.weight = random.normal_within(0.52f, 0.2f, 0.02f, 1);
  macro.height = random.normal_within(0.5f, 0.2f, 0.05f, 0.95f);
  macro.proportions = random.between(0.25f, 0.9f);
  macro.cup = random.normal_within(0.5f, 0.22f, 0.05f, 1);
  macro.firmness = random.between(0.3f, 0.8f);
  return macro;
}

// Without expression.
std::array<Lids, 2> lids_of(const Catalog& catalog, const Traits& traits) {
  std::vector<Vec3> positions = catalog.base.positions;
  apply_morphs(macro_weights(*catalog.morphs, traits.macro), positions);
  apply_morphs(traits.shape, positions);
  std::array<Lids, 2> lids;
  for (std::size_t side = 0; side < lids.size(); ++side) {
    const std::uint32_t upper = catalog.landmarks.upper_lid[side], lower = catalog.landmarks.lower_lid[side];
    lids[side] = {upper, lower, positions[upper].y - positions[lower].y};
  }
  return lids;
}

void choose_props(Random random, const Catalog& catalog, Split split, Traits& traits) {
  if (random.chance(0.22f)) {
    traits.glasses = static_cast<Glasses>(1 + random.below(4));
    const float tint = random.unit();
    traits.glasses_tint = tint < 0.65f  ? 0
                          : tint < 0.8f ? random.between(0.15f, 0.6f)
                                        : random.between(0.9f, 1);
    traits.glasses_color =
        random.chance(0.6f) ? from_hsv(0.1f, 0.2f, random.between(0.05f, 0.3f)) : cloth_color(random);
    traits.lens_color = from_hsv(random.unit(), random.between(0, 0.6f), random.between(0.05f, 0.3f));
    traits.glasses_scale = random.between(0.9f, 1.2f);
  }
  if (random.chance(0.2f)) {
    const float kind = random.unit();
    traits.headwear = kind < 0.15f   ? Headwear::fedora
                      : kind < 0.45f ? Headwear::cap
                      : kind < 0.65f ? Headwear::beanie
                      : kind < 0.85f ? Headwear::headscarf
                                     : Headwear::headphones;
  }
  // This hair falls over the face from the crown, which a cap presses flat.
  const bool covers_crown = traits.headwear == Headwear::cap || traits.headwear == Headwear::beanie ||
                            traits.headwear == Headwear::fedora;
  if (covers_crown && traits.hair.mesh >= 0 &&
      catalog.hair[static_cast<std::size_t>(traits.hair.mesh)].part.name.starts_with("bob"))
    traits.hair.mesh = -1;
  traits.headwear_color = cloth_color(random);
  traits.headwear_second = cloth_color(random);
  if (random.chance(0.3f)) traits.headwear_pattern = static_cast<Pattern>(1 + random.below(7));
  traits.headwear_yarn = choose_yarn(random.fork("yarn"));
  for (std::size_t i = 0; i < catalog.hats.size(); ++i)
    if (catalog.hats[i].split == split) traits.hat_mesh = static_cast<int>(i);
  traits.hat_texture = split == Split::test ? 2 : static_cast<int>(random.below(2));
  choose_beard(random.fork("beard"), traits);
  traits.earphones = random.chance(0.05f);
  Random held = random.fork("held");
  traits.held_paint.keep_colors = false;
  choose_pattern(held, traits.held_paint);
}

}  // namespace

Traits choose_traits(const Random& random, const Catalog& catalog, Split split) {
  Traits traits;
  traits.macro = choose_macro(random.fork("macro"));
  const float scanned = scanned_share(*catalog.morphs, traits.macro);
  traits.shape = choose_shape(random.fork("shape"), *catalog.morphs, scanned);
  choose_expression(random.fork("expression"), *catalog.morphs, traits);
  if (scanned > 0) {
    std::ranges::copy(choose_scanned_face(random.fork("face"), *catalog.morphs, traits.macro, split),
                      std::back_inserter(traits.shape));
    fit_blinks(*catalog.morphs, lids_of(catalog, traits), traits.expression);
    std::ranges::copy(choose_scanned_movements(random.fork("movements"), *catalog.morphs, scanned),
                      std::back_inserter(traits.expression));
  }
  choose_skin(random.fork("skin"), catalog, split, traits);
  choose_hair(random.fork("hair"), catalog, split, traits);
  choose_suit(random.fork("suit"), catalog, split, traits);
  choose_outer(random.fork("outer"), traits.suit, traits);
  choose_props(random.fork("props"), catalog, split, traits);
  Random rest = random.fork("rest");
  traits.brows = static_cast<int>(rest.below(catalog.brows.size()));
  traits.lashes = static_cast<int>(rest.below(catalog.lashes.size()));
  traits.lash_opacity = traits.macro.sex > 0.5f ? rest.between(0.1f, 0.5f) : rest.between(0.3f, 1);
  traits.teeth = static_cast<int>(rest.below(catalog.teeth.size()));
  traits.eye_texture = static_cast<int>(rest.below(catalog.eyes.textures.size()));
  if (traits.skin_tone > 6 && rest.chance(0.85f))
    for (std::size_t i = 0; i < catalog.eyes.textures.size(); ++i)
      if (catalog.eyes.textures[i].name == "brown_eye") traits.eye_texture = static_cast<int>(i);
  traits.gaze_yaw = rest.normal_within(0, 12, -30, 30);
  traits.gaze_pitch = rest.normal_within(-1, 7, -18, 15);
  return traits;
}

}  // namespace portrait_depth::people
