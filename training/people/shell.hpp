// Layers over part of the skin: beards, caps, headscarves, pullovers.
#pragma once

#include <cstdint>
#include <vector>

#include "body.hpp"
#include "scene.hpp"

namespace portrait_depth::people {

struct Shell {
  /// Per base vertex: with MaskUse::cut how far inside the layer's edge, metres; else its density, 0..1.
  const std::vector<float>* mask = nullptr;
  MaskUse use = MaskUse::opacity;
  float offset = 0.006f;   ///< Above the skin, metres.
  int smoothing = 0;       ///< Rounds that even out what lies beneath; ears are pressed flat.
  float folds = 0;         ///< Height of the folds in cloth, metres.
  float clumps = 0;        ///< How unevenly a beard stands off, a share of `offset`.
  std::uint32_t seed = 0;  ///< Of folds and clumps.
};

/// How far cloth stands out at a place on the unposed body, -0.3..1: broad bulges, and creases that run along
/// the limbs' slant.
float cloth_folds(Vec3 rest, std::uint32_t seed);

/// Hangs on the body's bones; belongs to nobody's head.
SceneObject shell_object(const Body& body, const Shell& shell, Label label, Paint paint);

}  // namespace portrait_depth::people
