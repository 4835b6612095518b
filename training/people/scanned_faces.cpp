#include "scanned_faces.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>

#include "portrait_depth/error.hpp"

namespace portrait_depth::people {
namespace {

constexpr const char* kFormat = "portrait-depth faces 1";
constexpr const char* kPrefix = "faces/";
// Below the first age a face is MakeHuman's, above the second that of a scan.
constexpr float kChild = 12, kAdult = 18;
// Weights whose signs divide the splits.
constexpr std::size_t kDividing = 3;

const Morph* find_expression(const MorphLibrary& library, const std::string& name) {
  return library.find(kPrefix + ("expression/" + name));
}

// How far a morph raises a vertex.
float height_of(const Morph& morph, std::uint32_t vertex) {
  const auto at = std::ranges::find(morph.vertices, vertex);
  return at == morph.vertices.end() ? 0
                                    : morph.offsets[static_cast<std::size_t>(at - morph.vertices.begin())].y;
}

struct UnitShapes {
  const char* unit;
  std::vector<std::pair<std::string, float>> shapes;
};

// "?" is the side: L or R. Units of no side use both.
const std::vector<UnitShapes>& unit_shapes() {
  static const std::vector<UnitShapes> table{
      {"eyebrows-?-up", {{"browOuterUp_?", 0.8f}, {"browInnerUp_?", 0.8f}}},
      {"eyebrows-?-down", {{"browDown_?", 1}}},
      {"eyebrows-?-inner-up", {{"browInnerUp_?", 1}}},
      {"eyebrows-?-extern-up", {{"browOuterUp_?", 1}}},
      {"eye-?-slit", {{"eyeSquint_?", 0.9f}}},
      {"eye-?-opened-up", {{"eyeWide_?", 1}}},
      {"eye-?-closure", {{"eyeBlink_?", 1}}},
      {"nose-?-elevation", {{"noseSneer_?", 1}}},
      {"mouth-corner-puller", {{"mouthSmile_?", 1}, {"cheekSquint_?", 0.3f}}},
      {"mouth-retraction", {{"mouthStretch_?", 0.6f}}},
      {"mouth-upward-retraction", {{"mouthUpperUp_?", 0.7f}}},
      {"mouth-part-later", {{"mouthLowerDown_?", 0.4f}, {"mouthUpperUp_?", 0.2f}}},
      {"mouth-protusion", {{"mouthFunnel", 0.5f}}},
      {"mouth-pursing", {{"mouthPucker", 1}}},
      {"mouth-elevation", {{"mouthShrugUpper", 0.4f}, {"mouthShrugLower", 0.6f}}},
      {"mouth-depression", {{"mouthFrown_?", 1}}},
      {"mouth-compression", {{"mouthPress_?", 1}}},
      {"mouth-open", {{"jawOpen", 0.85f}}}};
  return table;
}

std::string replaced(std::string text, const std::string& by) {
  const auto at = text.find('?');
  return at == std::string::npos ? text : text.replace(at, 1, by);
}

}  // namespace

void add_scanned_faces(const std::filesystem::path& folder, MorphLibrary& library) {
  const std::filesystem::path file = folder / "faces.json";
  std::ifstream stream(file);
  if (!stream)
    throw Error(ErrorCode::not_found,
                file.string() + ": missing; make the folder with training's command face-shapes");
  const nlohmann::json description = nlohmann::json::parse(stream, nullptr, false);
  if (!description.is_object() || description.value("format", "") != kFormat)
    throw Error(ErrorCode::unreadable,
                file.string() + ": not of the format \"" + kFormat + "\"; make the folder again");
  library.add(folder, kPrefix);
  bool whole = library.names(std::string(kPrefix) + "identity/").size() ==
                   description.value("identities", std::size_t{0}) &&
               description.value("identities", std::size_t{0}) >= kDividing;
  for (const char* race : {"african", "asian", "caucasian"})
    for (const char* sex : {"female", "male"})
      whole = whole && library.find(std::string(kPrefix) + "mean/" + race + "-" + sex) != nullptr;
  for (const UnitShapes& entry : unit_shapes())
    for (const auto& [name, weight] : entry.shapes)
      whole = whole && find_expression(library, replaced(name, "L")) != nullptr &&
              find_expression(library, replaced(name, "R")) != nullptr;
  if (!whole) throw Error(ErrorCode::unreadable, folder.string() + ": targets are missing; make it again");
}

float scanned_share(const MorphLibrary& library, const Macro& macro) {
  if (library.find(std::string(kPrefix) + "mean/african-female") == nullptr) return 0;
  return std::clamp((macro.age - kChild) / (kAdult - kChild), 0.0f, 1.0f);
}

std::vector<float> choose_identity(Random random, std::size_t count, Split split) {
  std::vector<float> weights(count);
  for (float& weight : weights) weight = random.normal_within(0, 1, -3, 3);
  const auto dividing = std::min(count, kDividing);
  const auto negative =
      std::count_if(weights.begin(), weights.begin() + static_cast<std::ptrdiff_t>(dividing),
                    [](float weight) { return weight < 0; });
  if ((negative % 2 != 0) != (split == Split::test)) weights.at(random.below(dividing)) *= -1;
  return weights;
}

std::vector<MorphWeight> choose_scanned_face(const Random& random, const MorphLibrary& library,
                                             const Macro& macro, Split split) {
  std::vector<MorphWeight> morphs;
  const float share = scanned_share(library, macro);
  if (share <= 0) return morphs;
  const std::pair<const char*, float> races[] = {
      {"african", macro.african}, {"asian", macro.asian}, {"caucasian", macro.caucasian}};
  const std::pair<const char*, float> sexes[] = {{"female", 1 - macro.sex}, {"male", macro.sex}};
  for (const auto& [race, of_race] : races)
    for (const auto& [sex, of_sex] : sexes)
      morphs.push_back(
          {library.find(std::string(kPrefix) + "mean/" + race + "-" + sex), share * of_race * of_sex});
  const std::vector<std::string> names = library.names(std::string(kPrefix) + "identity/");
  const std::vector<float> identity = choose_identity(random, names.size(), split);
  for (std::size_t i = 0; i < names.size(); ++i)
    morphs.push_back({library.find(names[i]), share * identity[i]});
  return morphs;
}

std::vector<std::pair<std::string, float>> scanned_unit(const std::string& unit) {
  std::vector<std::pair<std::string, float>> found;
  for (const UnitShapes& entry : unit_shapes()) {
    const bool sided = replaced(entry.unit, "") != entry.unit;
    for (const auto& [side, letter] : {std::pair{"left", "L"}, std::pair{"right", "R"}}) {
      if (replaced(entry.unit, side) != unit) continue;
      for (const auto& [name, weight] : entry.shapes)
        if (sided || name.find('?') != std::string::npos || *letter == 'L')
          found.emplace_back(replaced(name, letter), weight);
    }
  }
  return found;
}

void fit_blinks(const MorphLibrary& library, const std::array<Lids, 2>& lids,
                std::vector<MorphWeight>& expression) {
  const char* const names[] = {"eyeBlink_L", "eyeBlink_R"};
  for (std::size_t side = 0; side < lids.size(); ++side) {
    const Morph* blink = find_expression(library, names[side]);
    if (blink == nullptr) continue;
    const float closing = height_of(*blink, lids[side].lower) - height_of(*blink, lids[side].upper);
    if (closing <= 0) continue;
    const float scale = std::clamp(lids[side].opening / closing, 0.5f, 2.0f);
    for (MorphWeight& entry : expression)
      if (entry.morph == blink) entry.weight *= scale;
  }
}

std::vector<MorphWeight> choose_scanned_movements(Random random, const MorphLibrary& library, float share) {
  std::vector<MorphWeight> morphs;
  const auto add = [&](const char* name, float weight) {
    if (const Morph* morph = find_expression(library, name)) morphs.push_back({morph, share * weight});
  };
  const bool left = random.chance(0.5f);
  if (random.chance(0.2f)) add(left ? "mouthLeft" : "mouthRight", random.between(0, 0.5f));
  if (random.chance(0.1f)) add(left ? "jawLeft" : "jawRight", random.between(0, 0.4f));
  if (random.chance(0.05f)) add("jawForward", random.between(0, 0.5f));
  if (random.chance(0.05f))
    for (const char* side : {"cheekPuff_L", "cheekPuff_R"}) add(side, random.between(0.2f, 0.8f));
  if (random.chance(0.1f))
    for (const char* side : {"mouthDimple_L", "mouthDimple_R"}) add(side, random.between(0, 0.7f));
  if (random.chance(0.07f)) {
    add("mouthRollUpper", random.between(0, 0.6f));
    add("mouthRollLower", random.between(0, 0.6f));
  }
  return morphs;
}

}  // namespace portrait_depth::people
