// A triangle mesh with texture coordinates.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "portrait_depth/camera.hpp"

namespace portrait_depth {

/// Triangles in camera space of the photo (metres; x right, y down, z away). Three indices a triangle.
struct Mesh {
  std::vector<Vec3> positions;
  std::vector<std::array<float, 2>> texture_coordinates;  ///< 0..1, origin at the upper left of `texture`.
  std::vector<std::uint32_t> indices;
};

}  // namespace portrait_depth
