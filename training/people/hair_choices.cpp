#include <algorithm>
#include <cmath>

#include "choices.hpp"
#include "colors.hpp"

namespace portrait_depth::people {
namespace {

Vec3 choose_hair_color(Random& random, float age) {
  const float gray_chance = smoothstep(35, 75, age);
  if (random.chance(0.9f * gray_chance))
    return from_hsv(0.1f, random.between(0, 0.15f), random.between(0.45f, 0.92f));
  const float kind = random.unit();
  if (kind < 0.3f) return from_hsv(0.07f, random.between(0.1f, 0.5f), random.between(0.08f, 0.2f));  // black
  if (kind < 0.6f)
    return from_hsv(random.between(0.05f, 0.09f), random.between(0.4f, 0.7f),
                    random.between(0.2f, 0.5f));  // brown
  if (kind < 0.8f)
    return from_hsv(random.between(0.08f, 0.13f), random.between(0.25f, 0.6f),
                    random.between(0.55f, 0.95f));  // blond
  if (kind < 0.88f)
    return from_hsv(random.between(0.02f, 0.06f), random.between(0.6f, 0.85f),
                    random.between(0.35f, 0.75f));  // red
  if (kind < 0.93f)
    return from_hsv(0.1f, random.between(0, 0.1f), random.between(0.5f, 0.97f));            // gray, white
  return from_hsv(random.unit(), random.between(0.4f, 0.95f), random.between(0.3f, 0.9f));  // dyed
}

}  // namespace

void choose_hair(Random random, const Catalog& catalog, Split split, Traits& traits) {
  HairTraits& hair = traits.hair;
  const bool male = traits.macro.sex > 0.5f;
  if (!random.chance(male ? (traits.macro.age > 45 ? 0.3f : 0.16f) : 0.02f)) {
    std::vector<float> weights;
    float sum = 0;
    for (const DressedPart& part : catalog.hair) {
      const bool usual =
          part.part.name.starts_with("short") || part.part.name.starts_with("afro") ? male : !male;
      const float share = part.part.name.starts_with("bob") ? 0.5f : 1.0f;  // these hide half the face
      sum += part.split == split ? share * (usual ? 1.0f : 0.15f) : 0.0f;
      weights.push_back(sum);
    }
    const float pick = random.between(0, sum);
    hair.mesh = static_cast<int>(std::ranges::upper_bound(weights, pick) - weights.begin());
    hair.mesh = std::min(hair.mesh, static_cast<int>(weights.size()) - 1);
  }
  hair.color = choose_hair_color(random, traits.macro.age);
  hair.tip_color =
      random.chance(0.12f) ? choose_hair_color(random, 20) : hair.color * random.between(0.85f, 1.4f);
  hair.contrast = random.between(0.5f, 1.1f);
  hair.streaks = random.between(0, 0.5f);
  hair.scale = {random.normal_within(1.02f, 0.04f, 0.96f, 1.15f), random.normal_within(1, 0.05f, 0.9f, 1.18f),
                random.normal_within(1.01f, 0.03f, 0.96f, 1.12f)};
  hair.mirrored = random.chance(0.5f);
  hair.shear_x = random.normal(0, 0.04f);
  hair.shear_z = random.normal(0, 0.04f);
  hair.seed = static_cast<std::uint32_t>(random.bits());
  hair.length = random.between_by_ratio(0.45f, 1.35f);
  hair.bulk = random.chance(0.7f) ? random.between(0, 0.03f) : 0;
  hair.waviness = random.chance(0.7f) ? random.between(0, 0.018f) : 0;
  traits.brow_color =
      luminance(hair.color) > 0.25f ? hair.color * 0.45f : hair.color * random.between(0.6f, 1);
}

// Full beards end anywhere from the chin's edge to the throat, and from the corners of the mouth to the ears.
void choose_beard(Random random, Traits& traits) {
  if (traits.macro.sex <= 0.5f || traits.macro.age <= 17 || !random.chance(0.65f)) return;
  BeardTraits& beard = traits.beard;
  const float kind = random.unit();
  beard.kind = kind < 0.2f    ? Beard::stubble
               : kind < 0.3f  ? Beard::moustache
               : kind < 0.47f ? Beard::goatee
                              : Beard::full;
  beard.length = beard.kind == Beard::stubble ? 0.001f : random.between_by_ratio(0.003f, 0.035f);
  beard.width = random.chance(0.5f) ? random.between(0.03f, 0.06f) : 0.1f;
  beard.neckline = random.between(-0.015f, 0.05f);
  beard.clumps = random.between(0, 0.5f);
  beard.streaks = random.between(0.3f, 1.8f);
  const float gray = random.between(0.2f, 0.6f);
  beard.color = mix(traits.hair.color, Vec3{gray, gray, gray},
                    random.chance(0.3f) ? random.between(0.1f, 0.7f) : 0.0f) *
                random.between(0.6f, 1.1f);
  traits.skin_paint.stubble = random.between(0.25f, 0.8f);
  traits.skin_paint.stubble_color = mix(beard.color * 0.6f, monk_tone(traits.skin_tone) * 0.3f, 0.3f);
}

}  // namespace portrait_depth::people
