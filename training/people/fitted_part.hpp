// Parts attached to the base mesh: hair, clothes, eyes, brows, lashes, teeth, tongue (MakeHuman's .mhclo).
#pragma once

#include <array>
#include <filesystem>
#include <string>
#include <vector>

#include "mesh.hpp"
#include "rig.hpp"
#include "texture.hpp"

namespace portrait_depth::people {

struct FittedPart {
  std::string name{};
  Mesh mesh{};
  std::vector<SkinWeights> weights{};    ///< Of the part's vertices, from their base vertices.
  std::vector<std::uint32_t> deleted{};  ///< Base vertices that the part hides.
  std::vector<float> triangle_alpha{};   ///< Mean alpha of each triangle.

  struct Anchor {
    std::array<std::uint32_t, 3> base{};
    std::array<float, 3> weight{};
    Vec3 offset{};
  };
  struct Scale {
    std::uint32_t from = 0, to = 0;
    float divisor = 0;  // 0: no scaling along this axis
  };
  std::vector<Anchor> anchors;
  std::array<Scale, 3> scales{};

  /// The part's vertices on an unposed body.
  void fit(const std::vector<Vec3>& base, std::vector<Vec3>& positions) const;
};

/// Reads a .mhclo and the mesh it names. Throws Error if one is missing or broken.
FittedPart read_fitted_part(const std::filesystem::path& mhclo, const std::vector<SkinWeights>& base_weights);

/// Fills triangle_alpha.
void measure_alpha(const Texture& texture, FittedPart& part);

}  // namespace portrait_depth::people
