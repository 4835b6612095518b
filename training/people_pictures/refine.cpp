#include "refine.hpp"

#include <unordered_map>

namespace portrait_depth::people {
namespace {

constexpr float kRoundness = 0.75f;  // the paper's own value

using EdgeTable = std::unordered_map<std::uint64_t, std::uint32_t>;

std::uint64_t edge_key(std::uint32_t a, std::uint32_t b) {
  return (static_cast<std::uint64_t>(std::min(a, b)) << 32) | std::max(a, b);
}

template <class T>
void append_middle(std::vector<T>& values, std::uint32_t a, std::uint32_t b) {
  if (!values.empty()) values.push_back(static_cast<T>((values[a] + values[b]) * 0.5f));
}

std::uint32_t middle_vertex(std::uint32_t a, std::uint32_t b, EdgeTable& edges, SceneObject& object) {
  const auto [found, added] =
      edges.try_emplace(edge_key(a, b), static_cast<std::uint32_t>(object.positions.size()));
  if (!added) return found->second;
  const Vec3 pa = object.positions[a], pb = object.positions[b], na = object.normals[a],
             nb = object.normals[b];
  const Vec3 middle = (pa + pb) * 0.5f;
  const Vec3 on_a = middle - na * dot(middle - pa, na), on_b = middle - nb * dot(middle - pb, nb);
  object.positions.push_back(mix(middle, (on_a + on_b) * 0.5f, kRoundness));
  object.normals.push_back(normalized(na + nb));
  append_middle(object.rest, a, b);
  append_middle(object.mask, a, b);
  if (!object.head.empty()) object.head.push_back(std::max(object.head[a], object.head[b]));
  return found->second;
}

std::uint32_t middle_uv(std::uint32_t a, std::uint32_t b, EdgeTable& edges, SceneObject& object) {
  const auto [found, added] =
      edges.try_emplace(edge_key(a, b), static_cast<std::uint32_t>(object.uvs.size()));
  if (added) append_middle(object.uvs, a, b);
  return found->second;
}

void add_four(const std::uint32_t corner[3], const std::uint32_t middle[3],
              std::vector<std::uint32_t>& indices) {
  indices.insert(indices.end(), {corner[0], middle[0], middle[2], middle[0], corner[1], middle[1], middle[2],
                                 middle[1], corner[2], middle[0], middle[1], middle[2]});
}

}  // namespace

void refine(SceneObject& object) {
  EdgeTable edges, uv_edges;
  std::vector<std::uint32_t> indices, uv_indices;
  std::vector<float> alpha;
  for (std::size_t t = 0; 3 * t < object.indices.size(); ++t) {
    std::uint32_t corner[3], uv[3], middle[3], uv_middle[3];
    for (std::size_t k = 0; k < 3; ++k) {
      corner[k] = object.indices[3 * t + k];
      uv[k] = object.uv_indices[3 * t + k];
    }
    for (std::size_t k = 0; k < 3; ++k) {
      middle[k] = middle_vertex(corner[k], corner[(k + 1) % 3], edges, object);
      uv_middle[k] = middle_uv(uv[k], uv[(k + 1) % 3], uv_edges, object);
    }
    add_four(corner, middle, indices);
    add_four(uv, uv_middle, uv_indices);
    if (!object.triangle_alpha.empty()) alpha.insert(alpha.end(), 4, object.triangle_alpha[t]);
  }
  object.indices = std::move(indices);
  object.uv_indices = std::move(uv_indices);
  object.triangle_alpha = std::move(alpha);
}

}  // namespace portrait_depth::people
