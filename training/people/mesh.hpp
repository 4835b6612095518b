// Triangle meshes as in the parts' files: positions and texture coordinates have separate indices.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <unordered_map>
#include <vector>

#include "vectors.hpp"

namespace portrait_depth::people {

/// Triangles of a mesh; corner k of triangle t is entry 3 t + k. Quads come as two triangles.
struct Triangles {
  std::vector<std::uint32_t> positions{}, uvs{};
  std::size_t count() const { return positions.size() / 3; }
};

struct Mesh {
  std::vector<Vec3> positions{};  ///< In the file's units.
  std::vector<Vec2> uvs{};        ///< v grows upwards, as in the file.
  Triangles triangles{};
  /// Groups by name: the numbers of their triangles, and of their vertices (sorted).
  std::unordered_map<std::string, std::vector<std::uint32_t>> group_triangles{}, group_vertices{};
};

/// Reads a Wavefront OBJ. Throws Error if it is missing or broken.
Mesh read_obj(const std::filesystem::path& file);

/// Smooth normals: each the sum of its triangles' normals weighted by area, unit length (zero without
/// triangles).
void smooth_normals(const std::vector<Vec3>& positions, const std::vector<std::uint32_t>& indices,
                    std::vector<Vec3>& normals);

}  // namespace portrait_depth::people
