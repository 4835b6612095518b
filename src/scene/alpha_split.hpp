// The person's triangles, split by the alpha of their texture.
#pragma once

#include <cstdint>
#include <vector>

#include "portrait_depth/image.hpp"
#include "portrait_depth/mesh.hpp"

namespace portrait_depth {

/// Three indices a triangle. Fully transparent triangles are omitted. The rim's triangles are in the order
/// from far to near, because blending needs that order and viewers do not sort triangles.
struct AlphaSplit {
  std::vector<std::uint32_t> opaque, rim;
};
AlphaSplit split_by_alpha(const Mesh& mesh, const Image& texture);

/// The texture with only the pixels under the triangles, and some around them for filtering. Other pixels are
/// gray, so that they compress to almost nothing. `channels` is 3 or 4.
Image texture_under(const Mesh& mesh, const std::vector<std::uint32_t>& triangles, const Image& texture,
                    int channels);

}  // namespace portrait_depth
