#include "body.hpp"

namespace portrait_depth::people {

Vec3 group_center(const Mesh& base, const std::vector<Vec3>& positions, const std::string& group) {
  const std::vector<std::uint32_t>& vertices = base.group_vertices.at(group);
  Vec3 sum;
  for (const std::uint32_t v : vertices) sum += positions[v];
  return sum * (1.0f / static_cast<float>(vertices.size()));
}

void draw_throat_back(float depth, Body& body) {
  const std::vector<float>& throat = body.catalog->landmarks.throat;
  for (std::size_t v = 0; v < throat.size(); ++v) body.rest[v].z -= depth * throat[v];
}

Body shape_body(const Catalog& catalog, const Traits& traits) {
  Body body{.catalog = &catalog, .traits = &traits, .rest = catalog.base.positions};
  apply_morphs(macro_weights(*catalog.morphs, traits.macro), body.rest);
  apply_morphs(traits.shape, body.rest);
  // Eyeballs and the mouth's middle belong to the resting face: lids close over them.
  body.eye_rest[0] = group_center(catalog.base, body.rest, "joint-l-eye") * 0.1f;
  body.eye_rest[1] = group_center(catalog.base, body.rest, "joint-r-eye") * 0.1f;
  body.mouth_rest = body.rest[catalog.landmarks.lips] * 0.1f;
  apply_morphs(traits.expression, body.rest);
  for (Vec3& p : body.rest) p = p * 0.1f;
  body.eyes_rest = (body.eye_rest[0] + body.eye_rest[1]) * 0.5f;
  body.skull_rest = body.eyes_rest + Vec3{0, 0.02f, -0.08f};
  std::vector<std::uint32_t> indices;
  indices.reserve(catalog.body_triangles.size() * 3);
  for (const std::uint32_t t : catalog.body_triangles)
    for (int k = 0; k < 3; ++k) indices.push_back(catalog.base.triangles.positions[3 * t + k]);
  smooth_normals(body.rest, indices, body.rest_normals);
  return body;
}

}  // namespace portrait_depth::people
