// PLY, the Polygon File Format.
#pragma once

#include <cstdint>
#include <vector>

#include "portrait_depth/scene.hpp"

namespace portrait_depth {

/// Binary little-endian: positions (float32, metres, y up), colors (RGBA, 8 bits, sRGB), triangles.
/// Triangles are omitted if the alpha of all corners is below one half, because PLY has no texture with alpha
/// that would cut them.
std::vector<std::uint8_t> encode_ply(const SceneView& scene);

}  // namespace portrait_depth
