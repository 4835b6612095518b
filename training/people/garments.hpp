// Generated clothes: thick pullovers and jackets, collars, scarves, hoods.
#pragma once

#include <vector>

#include "body.hpp"
#include "scene.hpp"

namespace portrait_depth::people {

/// Per base vertex: distance inside the edges of the person's pullover or jacket, metres.
std::vector<float> outer_mask(const Body& body);
/// Adds the pullover, or the open jacket and the shirt under it; `mask` is outer_mask's.
void add_outer(const Body& body, const std::vector<float>& mask, Scene& scene);
/// Collar, scarf or hood, of a person who wears one.
SceneObject neckwear_object(const Body& body);

}  // namespace portrait_depth::people
