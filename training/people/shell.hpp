// Layers over part of the skin: beards, caps, headscarves, pullovers.
#pragma once

#include <cstdint>
#include <vector>

#include "body.hpp"
#include "scene.hpp"

namespace portrait_depth::people {

struct Shell {
  /// Per base vertex: with MaskUse::cut the distance inside the layer's edge, metres; else its density, 0..1.
  const std::vector<float>* mask = nullptr;
  MaskUse use = MaskUse::opacity;
  float offset = 0.006f;   ///< Above the skin, metres.
  int smoothing = 0;       ///< Rounds of smoothing; ears are pressed flat.
  float folds = 0;         ///< Height of the folds in cloth, metres.
  float clumps = 0;        ///< Variation of a beard's length, a share of `offset`.
  std::uint32_t seed = 0;  ///< Of folds and clumps.
};

/// Relative height of cloth at a place on the unposed body, -0.3..1: broad bulges, and creases along the
/// limbs' slant.
float cloth_folds(Vec3 rest, std::uint32_t seed);

/// Moves with the body's bones. Not part of a head.
SceneObject shell_object(const Body& body, const Shell& shell, Label label, Paint paint);

}  // namespace portrait_depth::people
