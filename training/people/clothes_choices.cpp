#include <algorithm>
#include <cmath>

#include "choices.hpp"
#include "colors.hpp"

namespace portrait_depth::people {

// Marled knits, tweed and melange, mostly of grays: at a phone's distance their specks are as large as pixels
// and hide the shading.
Yarn choose_yarn(Random random) {
  Yarn yarn;
  if (!random.chance(0.4f)) return yarn;
  yarn.share = random.between(0.1f, 0.6f);
  const float gray = random.between(0.01f, 0.75f);
  yarn.color = random.chance(0.6f) ? Vec3{gray, gray, gray} : cloth_color(random);
  const float grain = random.between_by_ratio(0.0015f, 0.009f);
  yarn.grain = Vec3{1, 1, 1} * grain;
  const float stretch = std::exp(random.between(0, 1.2f));
  (random.chance(0.5f) ? yarn.grain.x : yarn.grain.y) *= stretch;
  return yarn;
}

void choose_pattern(Random& random, ClothPaint& paint) {
  paint.color = cloth_color(random);
  paint.second = cloth_color(random);
  if (random.chance(0.4f)) paint.pattern = static_cast<Pattern>(1 + random.below(8));
  paint.period = random.between_by_ratio(0.008f, 0.1f);
  paint.strength = random.between(0.3f, 1);
  paint.seed = static_cast<std::uint32_t>(random.bits());
  Random more(paint.seed);
  paint.third = more.chance(0.5f) ? paint.second : cloth_color(more);
  paint.yarn = choose_yarn(more.fork("yarn"));
}

void choose_suit(Random random, const Catalog& catalog, Split split, Traits& traits) {
  std::vector<int> fitting;
  const bool male = traits.macro.sex > 0.5f;
  for (std::size_t i = 0; i < catalog.suits.size(); ++i) {
    const DressedPart& suit = catalog.suits[i];
    if (suit.split != split) continue;
    if (suit.part.name.starts_with("male") == male || random.chance(0.2f))
      fitting.push_back(static_cast<int>(i));
  }
  if (fitting.empty())
    for (std::size_t i = 0; i < catalog.suits.size(); ++i)
      if (catalog.suits[i].split == split) fitting.push_back(static_cast<int>(i));
  SuitTraits& suit = traits.suit;
  suit.mesh = fitting[random.below(fitting.size())];
  suit.looseness = random.chance(0.6f) ? random.between(0, 0.02f) : 0;
  suit.folds = random.chance(0.75f) ? random.between(0, 0.012f) : 0;
  suit.seed = static_cast<std::uint32_t>(random.bits());
  ClothPaint& paint = suit.paint;
  paint.keep_colors = random.chance(0.35f);
  if (paint.keep_colors) {
    paint.channel_turn = random.chance(0.75f) ? 0 : static_cast<int>(random.below(6));
    paint.gain = Vec3{random.between(0.6f, 1.3f), random.between(0.6f, 1.3f), random.between(0.6f, 1.3f)} *
                 random.between(0.6f, 1.4f);
  }
  choose_pattern(random, paint);
}

// Pullovers, jackets, scarves and hoods stand off the body, up to a hand's width at the neck.
void choose_outer(Random random, const SuitTraits& suit, Traits& traits) {
  OuterTraits& outer = traits.outer;
  outer.seed = static_cast<std::uint32_t>(random.bits());
  for (ClothPaint* paint : {&outer.paint, &outer.neckwear_paint, &outer.shirt_paint}) {
    paint->keep_colors = false;
    choose_pattern(random, *paint);
  }
  if (random.chance(0.42f)) {
    outer.thickness = random.between_by_ratio(0.006f, 0.05f);
    outer.folds = random.between(0, 0.014f);
    outer.neckline_drop = random.between(0, 0.05f);
    if (outer.thickness > 0.01f && random.chance(0.45f))
      outer.opening = random.between_by_ratio(0.012f, 0.1f);
  }
  if (!random.chance(0.35f)) return;
  const float kind = random.unit();
  outer.neckwear = kind < 0.4f ? Neckwear::collar : kind < 0.65f ? Neckwear::scarf : Neckwear::hood;
  outer.neckwear_width = random.between(0.008f, outer.neckwear == Neckwear::collar ? 0.018f : 0.034f);
  if (outer.neckwear == Neckwear::scarf || random.chance(0.3f)) return;
  // Collar and hood are mostly of the other clothes' cloth.
  outer.neckwear_paint = outer.thickness > 0 ? outer.paint : suit.paint;
  outer.neckwear_paint.keep_colors = false;
}

}  // namespace portrait_depth::people
