// The person's triangles by what their texture's alpha is under them.
#pragma once

#include <cstdint>
#include <vector>

#include "portrait_depth/image.hpp"
#include "portrait_depth/mesh.hpp"

namespace portrait_depth {

/// Three indices a triangle. Triangles under which all is transparent are in neither. The rim runs from far
/// to near: what is blended must be drawn in that order, and viewers do not sort triangles.
struct AlphaSplit {
  std::vector<std::uint32_t> opaque, rim;
};
AlphaSplit split_by_alpha(const Mesh& mesh, const Image& texture);

/// The texture with only those pixels that the triangles show (and some around them, for filtering); the
/// others are flat and cost nothing in the file. `channels` is 3 or 4.
Image texture_under(const Mesh& mesh, const std::vector<std::uint32_t>& triangles, const Image& texture,
                    int channels);

}  // namespace portrait_depth
