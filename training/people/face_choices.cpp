#include <algorithm>
#include <cmath>
#include <utility>

#include "choices.hpp"
#include "colors.hpp"
#include "scanned_faces.hpp"

namespace portrait_depth::people {
namespace {

struct SectionSpread {
  const char* section;
  float deviation;
  float kept = 1;  ///< Share of it that a scanned face keeps.
};

void add_slider(const Slider& slider, int side, float value, std::vector<MorphWeight>& weights) {
  const Morph* morph = value < 0 ? slider.negative[side] : slider.positive[side];
  if (morph != nullptr) weights.push_back({morph, std::abs(value)});
}

class Expression {
 public:
  Expression(const MorphLibrary& morphs, const Macro& macro)
      : morphs_(morphs), macro_(macro), scanned_(scanned_share(morphs, macro)) {}

  void add(const std::string& unit, float weight) {
    if (scanned_ > 0 && weight != 0) {
      const auto shapes = scanned_unit(unit);
      for (const auto& [name, of_unit] : shapes)
        weights_.push_back({morphs_.find("faces/expression/" + name), weight * of_unit * scanned_});
      if (!shapes.empty()) weight *= 1 - scanned_;
    }
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
  float scanned_;
  std::vector<MorphWeight> weights_;
};

}  // namespace

std::vector<MorphWeight> choose_shape(Random random, const MorphLibrary& morphs, float scanned) {
  constexpr SectionSpread kSections[] = {{"head", 0.28f, 0.3f}, {"forehead", 0.35f, 0}, {"eyebrows", 0.4f, 0},
                                         {"eyes", 0.3f, 0},     {"nose", 0.38f, 0},     {"mouth", 0.3f, 0},
                                         {"ears", 0.35f, 0},    {"chin", 0.38f, 0},     {"cheek", 0.4f, 0},
                                         {"neck", 0.3f},        {"torso", 0.25f},       {"stomach", 0.3f},
                                         {"arms", 0.25f},       {"hands", 0.2f}};
  std::vector<MorphWeight> weights;
  const float strength = random.between(0.5f, 1.3f);
  for (const auto& [section, deviation, kept] : kSections) {
    const float share = 1 - scanned * (1 - kept);
    for (const Slider& slider : morphs.sliders(section)) {
      if (!random.chance(0.6f)) continue;
      const float value = std::clamp(random.normal(0, deviation * strength), -1.0f, 1.0f);
      if (!slider.sided) {
        add_slider(slider, 0, value * share, weights);
        continue;
      }
      for (int side = 0; side < 2; ++side)
        add_slider(slider, side, std::clamp(value + random.normal(0, 0.08f), -1.0f, 1.0f) * share, weights);
    }
  }
  // Faces are asymmetric.
  for (const std::string& name : morphs.names("asym/asym-"))
    if (random.chance(0.35f))
      weights.push_back({morphs.find(name), std::abs(random.normal(0, 0.22f)) * (1 - scanned)});
  return weights;
}

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

}  // namespace portrait_depth::people
