// G. Turk's Polygon File Format.
#pragma once

#include <cstdint>
#include <vector>

#include "portrait_depth/scene.hpp"

namespace portrait_depth {

/// Binary little-endian: positions (float32, metres, y up), colors (RGBA, 8 bits, sRGB), triangles.
/// Triangles whose corners are all less than half covered by the person are left out: PLY knows no texture
/// that could cut them.
std::vector<std::uint8_t> encode_ply(const SceneView& scene);

}  // namespace portrait_depth
