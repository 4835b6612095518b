#include "morphs.hpp"

#include <zlib.h>

#include <array>
#include <charconv>
#include <fstream>
#include <nlohmann/json.hpp>

#include "portrait_depth/error.hpp"

namespace portrait_depth::people {
namespace {

std::string read_gzip(const std::filesystem::path& file) {
  gzFile stream = gzopen(file.c_str(), "rb");
  if (stream == nullptr)
    throw Error(ErrorCode::not_found, file.string() + ": cannot be opened; is --parts the folder of parts?");
  std::string text;
  std::array<char, 1 << 16> block{};
  int count = 0;
  while ((count = gzread(stream, block.data(), block.size())) > 0)
    text.append(block.data(), static_cast<std::size_t>(count));
  gzclose(stream);
  if (count < 0)
    throw Error(ErrorCode::unreadable, file.string() + ": broken gzip data; fetch the parts again");
  return text;
}

// A line is "vertex dx dy dz"; numbers may lack a leading zero or carry a plus.
Morph parse_target(const std::string& text) {
  Morph morph;
  const char *at = text.data(), *end = at + text.size();
  while (at < end) {
    const char* line_end = std::find(at, end, '\n');
    std::uint32_t vertex = 0;
    auto [next, error] = std::from_chars(at, line_end, vertex);
    if (error == std::errc{}) {
      std::array<float, 3> d{};
      for (float& value : d) {
        while (next < line_end && (*next == ' ' || *next == '\t' || *next == '+')) ++next;
        next = std::from_chars(next, line_end, value).ptr;
      }
      morph.vertices.push_back(vertex);
      morph.offsets.push_back({d[0], d[1], d[2]});
    }
    at = line_end + 1;
  }
  return morph;
}

struct Step {
  const char* name;
  float weight;
};
using Steps = std::vector<Step>;

// Weights of the two neighbors of `value` on a scale of named stops at the given places.
Steps between_stops(float value, const std::vector<std::pair<float, const char*>>& stops) {
  if (value <= stops.front().first) return {{stops.front().second, 1}};
  for (std::size_t i = 1; i < stops.size(); ++i) {
    const auto [low, low_name] = stops[i - 1];
    const auto [high, high_name] = stops[i];
    if (value <= high) {
      const float t = (value - low) / (high - low);
      return {{low_name, 1 - t}, {high_name, t}};
    }
  }
  return {{stops.back().second, 1}};
}

class MacroBuilder {
 public:
  explicit MacroBuilder(const MorphLibrary& library) : library_(library) {}

  void add(const std::string& pattern_head, const std::vector<Steps>& factors) {
    add(pattern_head, "", factors, 0, 1);
  }
  std::vector<MorphWeight> take() { return std::move(weights_); }

 private:
  // Visits the product of the factors; an empty step name is the base, which has no target.
  void add(const std::string& head, const std::string& name, const std::vector<Steps>& factors,
           std::size_t index, float weight) {
    if (weight < 1e-4f) return;
    if (index == factors.size()) {
      if (const Morph* morph = library_.find(head + name)) weights_.push_back({morph, weight});
      return;
    }
    for (const Step& step : factors[index]) {
      if (*step.name == '\0') continue;
      add(head, name.empty() ? step.name : name + "-" + step.name, factors, index + 1, weight * step.weight);
    }
  }

  const MorphLibrary& library_;
  std::vector<MorphWeight> weights_;
};

}  // namespace

void MorphLibrary::add(const std::filesystem::path& folder, const std::string& prefix) {
  const std::string suffix = ".target.gz";
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    const std::string name = entry.path().lexically_relative(folder).generic_string();
    if (!name.ends_with(suffix)) continue;
    morphs_.emplace(prefix + name.substr(0, name.size() - suffix.size()),
                    parse_target(read_gzip(entry.path())));
  }
}

MorphLibrary::MorphLibrary(const std::filesystem::path& folder) {
  if (!std::filesystem::is_directory(folder))
    throw Error(ErrorCode::not_found,
                folder.string() + ": no such folder of targets; is --parts the folder of parts?");
  add(folder, "");
  std::ifstream stream(folder / "target.json");
  if (!stream)
    throw Error(ErrorCode::not_found, (folder / "target.json").string() + ": missing; fetch the parts again");
  const nlohmann::json sections = nlohmann::json::parse(stream);
  for (const auto& [section, content] : sections.items()) {
    const std::string folder_of_section = section + "/";
    for (const auto& category : content.at("categories")) {
      if (!category.contains("opposites")) continue;
      const auto& opposites = category.at("opposites");
      const auto named = [&](const std::string& key) -> const Morph* {
        const std::string target = opposites.value(key, "");
        return target.empty() ? nullptr : find(folder_of_section + target);
      };
      Slider slider{.name = category.value("name", ""), .sided = category.value("has_left_and_right", false)};
      if (slider.sided) {
        slider.negative[0] = named("negative-left");
        slider.negative[1] = named("negative-right");
        slider.positive[0] = named("positive-left");
        slider.positive[1] = named("positive-right");
      } else {
        slider.negative[0] = named("negative-unsided");
        slider.positive[0] = named("positive-unsided");
      }
      sliders_[section].push_back(slider);
    }
  }
}

const Morph* MorphLibrary::find(const std::string& name) const {
  const auto found = morphs_.find(name);
  return found == morphs_.end() ? nullptr : &found->second;
}

const std::vector<Slider>& MorphLibrary::sliders(const std::string& section) const {
  static const std::vector<Slider> none;
  const auto found = sliders_.find(section);
  return found == sliders_.end() ? none : found->second;
}

std::vector<std::string> MorphLibrary::names(const std::string& prefix) const {
  std::vector<std::string> found;
  for (auto at = morphs_.lower_bound(prefix); at != morphs_.end() && at->first.starts_with(prefix); ++at)
    found.push_back(at->first);
  return found;
}

void apply_morphs(const std::vector<MorphWeight>& weights, std::vector<Vec3>& positions) {
  for (const auto& [morph, weight] : weights) {
    if (morph == nullptr || weight == 0) continue;
    for (std::size_t i = 0; i < morph->vertices.size(); ++i)
      if (morph->vertices[i] < positions.size()) positions[morph->vertices[i]] += morph->offsets[i] * weight;
  }
}

std::vector<MorphWeight> macro_weights(const MorphLibrary& library, const Macro& macro) {
  const Steps race{{"african", macro.african}, {"asian", macro.asian}, {"caucasian", macro.caucasian}};
  const Steps sex = between_stops(macro.sex, {{0, "female"}, {1, "male"}});
  const Steps age = between_stops(macro.age, {{1, "baby"}, {11, "child"}, {25, "young"}, {90, "old"}});
  const Steps muscle =
      between_stops(macro.muscle, {{0, "minmuscle"}, {0.5f, "averagemuscle"}, {1, "maxmuscle"}});
  const Steps weight =
      between_stops(macro.weight, {{0, "minweight"}, {0.5f, "averageweight"}, {1, "maxweight"}});
  const Steps height = between_stops(macro.height, {{0, "minheight"}, {0.5f, ""}, {1, "maxheight"}});
  const Steps proportions =
      between_stops(macro.proportions, {{0, "uncommonproportions"}, {0.5f, ""}, {1, "idealproportions"}});
  const Steps cup = between_stops(macro.cup, {{0, "mincup"}, {0.5f, "averagecup"}, {1, "maxcup"}});
  const Steps firmness =
      between_stops(macro.firmness, {{0, "minfirmness"}, {0.5f, "averagefirmness"}, {1, "maxfirmness"}});

  MacroBuilder builder(library);
  builder.add("macrodetails/", {race, sex, age});
  builder.add("macrodetails/universal-", {sex, age, muscle, weight});
  builder.add("macrodetails/height/", {sex, age, muscle, weight, height});
  builder.add("macrodetails/proportions/", {sex, age, muscle, weight, proportions});
  builder.add("breast/", {sex, age, muscle, weight, cup, firmness});  // only the female ones exist
  return builder.take();
}

}  // namespace portrait_depth::people
