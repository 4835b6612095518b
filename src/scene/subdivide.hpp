// Smaller triangles, for formats that keep colors at vertices.
#pragma once

#include "portrait_depth/mesh.hpp"

namespace portrait_depth {

/// The same surface in triangles of which no side is longer than `texels` on a texture of width x height.
/// Sides that two triangles share are halved in both, so no crack opens. texels > 0.
Mesh subdivide(Mesh mesh, int width, int height, float texels);

}  // namespace portrait_depth
