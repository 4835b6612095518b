// Smaller triangles, for formats that keep colors at vertices.
#pragma once

#include "portrait_depth/mesh.hpp"

namespace portrait_depth {

/// The same surface in triangles with sides of at most `texels` > 0 on a texture of width x height. A side
/// that two triangles share is halved in both, so that no crack opens.
Mesh subdivide(Mesh mesh, int width, int height, float texels);

}  // namespace portrait_depth
