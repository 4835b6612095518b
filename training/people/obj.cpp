#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "mesh.hpp"
#include "portrait_depth/error.hpp"

namespace portrait_depth::people {
namespace {

struct Corner {
  std::uint32_t position = 0, uv = 0;
};

Corner parse_corner(const std::string& word, const Mesh& mesh, const std::filesystem::path& file) {
  char* end = nullptr;
  const long position = std::strtol(word.c_str(), &end, 10);
  const long uv = *end == '/' && end[1] != '/' ? std::strtol(end + 1, nullptr, 10) : 1;
  const auto positions = static_cast<long>(mesh.positions.size()), uvs = static_cast<long>(mesh.uvs.size());
  if (position < 1 || position > positions || uv < 1 || uv > std::max(uvs, 1L))
    throw Error(ErrorCode::unreadable,
                file.string() + ": a face refers to a missing vertex; fetch the parts again: " + word);
  return {static_cast<std::uint32_t>(position - 1), static_cast<std::uint32_t>(uv - 1)};
}

void add_face(std::istringstream& words, const std::string& group, const std::filesystem::path& file,
              Mesh& mesh) {
  std::vector<Corner> corners;
  for (std::string word; words >> word;) corners.push_back(parse_corner(word, mesh, file));
  for (std::size_t k = 2; k < corners.size(); ++k) {
    mesh.group_triangles[group].push_back(static_cast<std::uint32_t>(mesh.triangles.count()));
    for (const Corner& corner : {corners[0], corners[k - 1], corners[k]}) {
      mesh.triangles.positions.push_back(corner.position);
      mesh.triangles.uvs.push_back(corner.uv);
    }
  }
}

void list_group_vertices(Mesh& mesh) {
  for (const auto& [name, triangles] : mesh.group_triangles) {
    std::vector<std::uint32_t>& vertices = mesh.group_vertices[name];
    for (const std::uint32_t t : triangles)
      for (int k = 0; k < 3; ++k) vertices.push_back(mesh.triangles.positions[3 * t + k]);
    std::ranges::sort(vertices);
    vertices.erase(std::unique(vertices.begin(), vertices.end()), vertices.end());
  }
}

}  // namespace

Mesh read_obj(const std::filesystem::path& file) {
  std::ifstream stream(file);
  if (!stream)
    throw Error(ErrorCode::not_found, file.string() + ": no such mesh; is --parts the folder of parts?");
  Mesh mesh;
  std::string group, line, word;
  while (std::getline(stream, line)) {
    std::istringstream words(line);
    words >> word;
    if (line.starts_with("v ")) {
      Vec3& p = mesh.positions.emplace_back();
      words >> p.x >> p.y >> p.z;
    } else if (line.starts_with("vt ")) {
      Vec2& uv = mesh.uvs.emplace_back();
      words >> uv.x >> uv.y;
    } else if (line.starts_with("g ")) {
      words >> group;
    } else if (line.starts_with("f ")) {
      add_face(words, group, file, mesh);
    }
  }
  if (mesh.uvs.empty()) mesh.uvs.emplace_back();
  if (mesh.triangles.count() == 0)
    throw Error(ErrorCode::unreadable, file.string() + ": a mesh without faces; fetch the parts again");
  list_group_vertices(mesh);
  return mesh;
}

void smooth_normals(const std::vector<Vec3>& positions, const std::vector<std::uint32_t>& indices,
                    std::vector<Vec3>& normals) {
  normals.assign(positions.size(), Vec3{});
  for (std::size_t t = 0; t + 2 < indices.size(); t += 3) {
    const std::uint32_t a = indices[t], b = indices[t + 1], c = indices[t + 2];
    const Vec3 n = cross(positions[b] - positions[a], positions[c] - positions[a]);
    normals[a] += n;
    normals[b] += n;
    normals[c] += n;
  }
  for (Vec3& n : normals) n = normalized(n);
}

}  // namespace portrait_depth::people
