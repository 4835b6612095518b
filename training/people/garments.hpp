// Clothes that no part brings: thick pullovers and jackets, collars, scarves, hoods. All made by us.
#pragma once

#include <vector>

#include "body.hpp"
#include "scene.hpp"

namespace portrait_depth::people {

/// Per base vertex: how far inside the edges of the person's pullover or jacket, metres.
std::vector<float> outer_mask(const Body& body);
/// Adds the pullover, or the open jacket and the shirt under it; `mask` is outer_mask's.
void add_outer(const Body& body, const std::vector<float>& mask, Scene& scene);
/// Collar, scarf or hood. The person wears one.
SceneObject neckwear_object(const Body& body);

}  // namespace portrait_depth::people
