// A triangle mesh with texture coordinates.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "portrait_depth/camera.hpp"

namespace portrait_depth {

/// Triangles in the photo's camera space (metres; x right, y down, z away). Three indices a triangle.
struct Mesh {
  std::vector<Vec3> positions;
  std::vector<std::array<float, 2>>
      texture_coordinates;  ///< One a position, 0..1; (0, 0) is the texture's upper left corner.
  std::vector<std::uint32_t> indices;
};

}  // namespace portrait_depth
