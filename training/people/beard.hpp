// Beards: their region, and their layers of hair.
#pragma once

#include <vector>

#include "body.hpp"
#include "scene.hpp"

namespace portrait_depth::people {

/// Per base vertex, density 0..1 of the person's beard or stubble; empty without a beard.
std::vector<float> beard_mask(const Body& body);

/// Layers over the skin, for beards longer than stubble.
void add_beard(const Body& body, Scene& scene);

}  // namespace portrait_depth::people
