#include "traits.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "image/srgb.hpp"

namespace portrait_depth::people {
namespace {

constexpr std::array<std::array<std::uint8_t, 3>, 10> kMonk{{{0xF6, 0xED, 0xE4},
                                                             {0xF3, 0xE7, 0xDB},
                                                             {0xF7, 0xEA, 0xD0},
                                                             {0xEA, 0xDA, 0xBA},
                                                             {0xD7, 0xBD, 0x96},
                                                             {0xA0, 0x7E, 0x56},
                                                             {0x82, 0x5C, 0x43},
                                                             {0x60, 0x41, 0x34},
                                                             {0x3A, 0x31, 0x2A},
                                                             {0x29, 0x24, 0x20}}};

Vec3 linear(std::uint8_t r, std::uint8_t g, std::uint8_t b) {
  return {linear_from_srgb(r), linear_from_srgb(g), linear_from_srgb(b)};
}

Vec3 from_hsv(float hue, float saturation, float value) {
  const auto channel = [&](float n) {
    const float k = std::fmod(n + hue * 6, 6.0f);
    return value - value * saturation * std::max(0.0f, std::min({k, 4 - k, 1.0f}));
  };
  const Vec3 c{channel(5), channel(3), channel(1)};
  return c * c;  // about linear
}

Vec3 cloth_color(Random& random) {
  const float kind = random.unit();
  if (kind < 0.35f) {  // black to white
    const float gray = random.between(0.1f, 0.97f);
    return from_hsv(random.unit(), random.between(0, 0.12f), gray);
  }
  if (kind < 0.5f)
    return from_hsv(random.between(0.55f, 0.66f), random.between(0.2f, 0.8f),
                    random.between(0.15f, 0.8f));           // denim, navy
  const float bright = random.chance(0.1f) ? 1.0f : 0.65f;  // neon is rare
  return from_hsv(random.unit(), bright * random.between(0.15f, 1), random.between(0.2f, 0.9f));
}

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

struct SectionSpread {
  const char* section;
  float deviation;
};

void add_slider(const Slider& slider, int side, float value, std::vector<MorphWeight>& weights) {
  const Morph* morph = value < 0 ? slider.negative[side] : slider.positive[side];
  if (morph != nullptr) weights.push_back({morph, std::abs(value)});
}

std::vector<MorphWeight> choose_shape(Random random, const MorphLibrary& morphs) {
  constexpr SectionSpread kSections[] = {
      {"head", 0.28f},  {"forehead", 0.35f}, {"eyebrows", 0.4f}, {"eyes", 0.3f},  {"nose", 0.38f},
      {"mouth", 0.3f},  {"ears", 0.35f},     {"chin", 0.38f},    {"cheek", 0.4f}, {"neck", 0.3f},
      {"torso", 0.25f}, {"stomach", 0.3f},   {"arms", 0.25f},    {"hands", 0.2f}};
  std::vector<MorphWeight> weights;
  const float strength = random.between(0.5f, 1.3f);
  for (const auto& [section, deviation] : kSections) {
    for (const Slider& slider : morphs.sliders(section)) {
      if (!random.chance(0.6f)) continue;
      const float value = std::clamp(random.normal(0, deviation * strength), -1.0f, 1.0f);
      if (!slider.sided) {
        add_slider(slider, 0, value, weights);
        continue;
      }
      for (int side = 0; side < 2; ++side)
        add_slider(slider, side, std::clamp(value + random.normal(0, 0.08f), -1.0f, 1.0f), weights);
    }
  }
  // Faces are asymmetric.
  for (const std::string& name : morphs.names("asym/asym-"))
    if (random.chance(0.35f)) weights.push_back({morphs.find(name), std::abs(random.normal(0, 0.22f))});
  return weights;
}

class Expression {
 public:
  Expression(const MorphLibrary& morphs, const Macro& macro) : morphs_(morphs), macro_(macro) {}

  void add(const std::string& unit, float weight) {
    const std::pair<const char*, float> races[] = {
        {"african", macro_.african}, {"asian", macro_.asian}, {"caucasian", macro_.caucasian}};
    for (const auto& [race, share] : races)
      if (share > 0.02f && weight != 0)
        if (const Morph* morph = morphs_.find("expression/units/" + std::string(race) + "/" + unit))
          weights_.push_back({morph, weight * share});
  }
  void add_pair(const std::string& head, const std::string& tail, float weight, float difference) {
    add(head + "-left-" + tail, std::max(0.0f, weight + difference));
    add(head + "-right-" + tail, std::max(0.0f, weight - difference));
  }
  std::vector<MorphWeight> take() { return std::move(weights_); }

 private:
  const MorphLibrary& morphs_;
  const Macro& macro_;
  std::vector<MorphWeight> weights_;
};

void choose_expression(Random random, const MorphLibrary& morphs, Traits& traits) {
  Expression face(morphs, traits.macro);
  const float kind = random.unit();
  const float uneven = random.normal(0, 0.06f);
  face.add_pair("eyebrows", "up", std::max(0.0f, random.normal(0.1f, 0.15f)), uneven);
  if (kind < 0.4f) {  // smiles, some with teeth
    const float smile = random.between(0.15f, 0.9f);
    face.add("mouth-corner-puller", smile * 0.8f);
    face.add("mouth-retraction", smile * random.between(0, 0.5f));
    if (random.chance(0.55f)) {
      face.add("mouth-upward-retraction", smile * random.between(0.2f, 0.8f));
      face.add("mouth-part-later", random.between(0, 0.6f));
      traits.mouth_open = random.between(0.05f, 0.4f) * smile;
    }
    face.add_pair("eye", "slit", smile * random.between(0, 0.5f), uneven);
  } else if (kind < 0.48f) {  // speaking, surprised
    traits.mouth_open = 0.1f + 0.8f * random.unit() * random.unit();
    face.add("mouth-part-later", random.between(0, 0.5f));
    face.add("mouth-protusion", random.between(0, 0.5f));
    face.add_pair("eyebrows", "up", random.between(0, 0.9f), uneven);
    face.add_pair("eye", "opened-up", random.between(0, 0.7f), uneven);
  } else if (kind < 0.53f) {  // kissing, sulking
    face.add("mouth-pursing", random.between(0.2f, 0.9f));
    face.add("mouth-protusion", random.between(0, 0.6f));
    face.add("mouth-elevation", random.between(0, 0.5f));
  } else if (kind < 0.59f) {  // frowning
    face.add_pair("eyebrows", "down", random.between(0.2f, 0.7f), uneven);
    face.add_pair("nose", "elevation", random.between(0, 0.6f), uneven);
    face.add("mouth-depression", random.between(0, 0.5f));
    face.add("nose-compression", random.between(0, 0.5f));
    face.add_pair("eye", "slit", random.between(0, 0.6f), uneven);
  }
  if (random.chance(0.25f)) face.add_pair("eyebrows", "inner-up", random.between(0, 0.6f), uneven);
  if (random.chance(0.2f))
    face.add_pair("eyebrows", "extern-up", random.between(0, 0.5f), random.normal(0, 0.12f));
  if (random.chance(0.2f)) face.add_pair("nose", "dilatation", random.between(0, 0.8f), 0);
  if (random.chance(0.12f)) face.add("mouth-compression", random.between(0, 0.8f));
  if (random.chance(0.1f)) face.add("neck-platysma", random.between(0, 0.8f));
  traits.eyes_closed = random.chance(0.06f) ? random.between(0.8f, 1) : random.between(0, 0.25f);
  face.add_pair("eye", "closure", traits.eyes_closed, random.chance(0.02f) ? 0.5f : 0);
  face.add("mouth-open", traits.mouth_open);
  traits.expression = face.take();
}

void choose_skin(Random random, const Catalog& catalog, Split split, Traits& traits) {
  traits.skin_tone = random.between(1, 10);
  const bool want_dark =
      traits.skin_tone > 6.5f ? random.chance(0.9f) : random.chance(traits.skin_tone > 5 ? 0.4f : 0.05f);
  float best = -1e9f;
  for (std::size_t i = 0; i < catalog.skins.size(); ++i) {
    const Skin& skin = catalog.skins[i];
    if (skin.split != split) continue;
    const float score = -std::abs(skin.age - traits.macro.age) / 12 -
                        (skin.male != (traits.macro.sex > 0.5f) ? 1.5f : 0) -
                        (skin.dark != want_dark ? 4.0f : 0) + random.between(0, 2);
    if (score > best) {
      best = score;
      traits.skin = static_cast<int>(i);
    }
  }
  SkinPaint& paint = traits.skin_paint;
  const float warmth = random.normal(0.02f, 0.025f), brightness = std::exp(random.normal(0, 0.08f));
  // Lightness is the scale's; the hue lies between the swatch and the painted skin.
  const Vec3 swatch = monk_tone(traits.skin_tone),
             painted = catalog.skins[static_cast<std::size_t>(traits.skin)].texture.face_mean;
  const Vec3 tone =
      mix(swatch, painted * (luminance(swatch) / luminance(painted)), random.between(0.4f, 0.8f));
  paint.target = tone * Vec3{1 + warmth, 1, 1 - warmth} * brightness;
  paint.contrast = random.between(0.7f, 1.15f);
  paint.seed = static_cast<std::uint32_t>(random.bits());
  paint.freckles = random.chance(0.15f) ? random.between(0.2f, 0.9f) : 0;
  paint.mottling = random.between(0, 0.25f);
  if (random.chance(traits.macro.sex < 0.4f && traits.macro.age > 14 ? 0.4f : 0.02f)) {
    paint.lipstick = random.between(0.2f, 0.9f);
    paint.lip_color = from_hsv(std::fmod(random.between(0.92f, 1.04f), 1.0f), random.between(0.4f, 0.9f),
                               random.between(0.4f, 0.85f));
  }
}

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

Vec3 monk_tone(float tone) {
  const float at = std::clamp(tone, 1.0f, 10.0f) - 1;
  const auto low = static_cast<std::size_t>(std::min(at, 8.999f));
  const auto swatch = [](std::size_t i) { return linear(kMonk[i][0], kMonk[i][1], kMonk[i][2]); };
  const Vec3 color = mix(swatch(low), swatch(low + 1), at - static_cast<float>(low));
  // Swatches are colors of lit faces on a screen; the lightest skin has a reflectance of about 0.5.
  const float shade = luminance(color);
  return color * mix(1.15f, 0.58f, smoothstep(0.02f, 0.7f, shade));
}

Traits choose_traits(const Random& random, const Catalog& catalog, Split split) {
  Traits traits;
  traits.macro = choose_macro(random.fork("macro"));
  traits.shape = choose_shape(random.fork("shape"), *catalog.morphs);
  choose_expression(random.fork("expression"), *catalog.morphs, traits);
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
