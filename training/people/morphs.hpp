// Morph targets: named, sparse displacements of the base mesh.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "random.hpp"
#include "vectors.hpp"

namespace portrait_depth::people {

/// One target: the moves of its vertices at weight 1, in the base mesh's units.
struct Morph {
  std::vector<std::uint32_t> vertices{};
  std::vector<Vec3> offsets{};
};

/// A slider: two opposite targets, either of which may be missing. Sided sliders hold a left and a right
/// pair.
struct Slider {
  std::string name{};
  bool sided = false;
  const Morph *negative[2] = {nullptr, nullptr},
              *positive[2] = {nullptr, nullptr};  // left, right; or [0] alone
};

/// A target and its weight.
struct MorphWeight {
  const Morph* morph = nullptr;
  float weight = 0;
};

/// All targets under a folder, kept in memory.
class MorphLibrary {
 public:
  /// Reads every `*.target.gz` under `folder`, and `target.json`.
  explicit MorphLibrary(const std::filesystem::path& folder);
  /// Reads every `*.target.gz` under `folder`, named by `prefix` and its path in it.
  void add(const std::filesystem::path& folder, const std::string& prefix);
  MorphLibrary(const MorphLibrary&) = delete;
  MorphLibrary& operator=(const MorphLibrary&) = delete;

  /// By its path without suffix, such as "nose/nose-hump-incr"; null if there is none.
  const Morph* find(const std::string& name) const;
  /// The sliders of a section of target.json, such as "nose".
  const std::vector<Slider>& sliders(const std::string& section) const;
  /// Names that start with `prefix`, in order.
  std::vector<std::string> names(const std::string& prefix) const;

 private:
  std::map<std::string, Morph> morphs_;
  std::map<std::string, std::vector<Slider>> sliders_;
};

/// Adds weight * offset to the positions.
void apply_morphs(const std::vector<MorphWeight>& weights, std::vector<Vec3>& positions);

/// The overall shape of a body. Each of sex, muscle, weight, height and proportions is 0..1; 0.5 is the
/// average.
struct Macro {
  float sex = 0.5f;                             ///< 0 female, 1 male
  float age = 25;                               ///< Years, 3..90.
  float african = 0, asian = 0, caucasian = 1;  ///< Sum to 1.
  float muscle = 0.5f, weight = 0.5f, height = 0.5f, proportions = 0.5f, cup = 0.5f, firmness = 0.5f;
};

/// The targets of a body, weighted: race x sex x age, then muscle, weight, height, proportions, breast.
std::vector<MorphWeight> macro_weights(const MorphLibrary& library, const Macro& macro);

}  // namespace portrait_depth::people
