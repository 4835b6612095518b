// Height of the nose over the face: the measure of a flat face.
#pragma once

#include <cstdint>

#include "catalog.hpp"

namespace portrait_depth::people {

/// Distances from the plane through the outer corners of the eyes and the chin, over the corners' distance.
struct NoseHeights {
  float tip = 0, bridge = 0;
};

/// Of a body's base vertices, in any unit.
NoseHeights nose_heights(const Landmarks& landmarks, const std::vector<Vec3>& positions);

/// Mean and deviation over many people.
struct NoseStatistics {
  std::uint64_t people = 0;
  NoseHeights mean{}, deviation{};
};

/// Draws `count` seeds of a run and measures those of at least `youngest` years, without expressions.
NoseStatistics measure_noses(const Catalog& catalog, Split split, std::uint64_t seed, std::uint64_t count,
                             float youngest);

}  // namespace portrait_depth::people
