#include "shell.hpp"

#include <algorithm>
#include <cmath>

namespace portrait_depth::people {

float cloth_folds(Vec3 rest, std::uint32_t seed) {
  const float bulge = value_noise(rest * 9, seed);
  const Vec3 slanted{rest.x + 0.5f * rest.y, 0.35f * rest.y, rest.z};
  const float ridge = 1 - std::abs(2 * value_noise(slanted * 16, seed + 1) - 1);
  return 0.6f * bulge + 0.7f * ridge * ridge - 0.3f;
}

namespace {

// Smooths a layer. It may leave the skin outward only, except at the ears.
void smooth_outwards(const Shell& shell, const std::vector<std::uint8_t>& ear,
                     const std::vector<Vec3>& normals, SceneObject& object) {
  const std::vector<Vec3> start = object.rest;
  for (int round = 0; round < shell.smoothing; ++round) {
    std::vector<Vec3> sum(object.rest.size());
    std::vector<float> count(object.rest.size());
    for (std::size_t i = 0; i < object.indices.size(); ++i) {
      const std::uint32_t a = object.indices[i], b = object.indices[i % 3 == 2 ? i - 2 : i + 1];
      sum[a] += object.rest[b];
      sum[b] += object.rest[a];
      ++count[a];
      ++count[b];
    }
    for (std::size_t v = 0; v < object.rest.size(); ++v) {
      if (object.mask[v] < 0.004f) continue;
      const Vec3 move = sum[v] * (1 / count[v]) - start[v];
      if (ear[v] != 0 || dot(move, normals[v]) > 0) object.rest[v] = start[v] + move;
    }
  }
}

float folds_at(const Shell& shell, Vec3 rest, float thickness) {
  if (shell.folds <= 0) return 0;
  return shell.folds * cloth_folds(rest, shell.seed) * smoothstep(0.002f, 0.012f, thickness);
}

}  // namespace

SceneObject shell_object(const Body& body, const Shell& shell, Label label, Paint paint) {
  const Catalog& catalog = *body.catalog;
  const std::vector<float>& mask = *shell.mask;
  std::vector<std::uint32_t> number(mask.size(), 0);
  SceneObject object{.label = label, .uvs = {{0, 0}}, .paint = paint};
  std::vector<Vec3> normals;
  std::vector<SkinWeights> weights;
  std::vector<std::uint8_t> ear;
  for (const std::uint32_t t : catalog.body_triangles) {
    const std::uint32_t* corner = &catalog.base.triangles.positions[3 * t];
    if (std::max({mask[corner[0]], mask[corner[1]], mask[corner[2]]}) <=
        0.02f * (shell.use == MaskUse::cut ? 0.0f : 1.0f))
      continue;
    for (int k = 0; k < 3; ++k) {
      const std::uint32_t v = corner[k];
      if (number[v] == 0) {
        object.rest.push_back(body.rest[v]);
        object.mask.push_back(mask[v]);
        normals.push_back(body.rest_normals[v]);
        weights.push_back(catalog.rig->weights()[v]);
        ear.push_back(catalog.landmarks.ear[v]);
        number[v] = static_cast<std::uint32_t>(object.rest.size());
      }
      object.indices.push_back(number[v] - 1);
    }
  }
  smooth_outwards(shell, ear, normals, object);
  if (shell.smoothing > 0) smooth_normals(object.rest, object.indices, normals);
  for (std::size_t v = 0; v < object.rest.size(); ++v) {
    const float thickness = shell.use == MaskUse::cut
                                ? 0.002f + shell.offset * smoothstep(-0.002f, 0.018f, object.mask[v])
                                : shell.offset * smoothstep(0, 0.6f, object.mask[v]);
    const float clumped =
        shell.clumps > 0 ? 1 + shell.clumps * (2 * value_noise(object.rest[v] * 55, shell.seed) - 1) : 1.0f;
    object.rest[v] += normals[v] * (thickness * clumped + folds_at(shell, object.rest[v], thickness));
  }
  object.mask_use = shell.use;
  object.uv_indices.assign(object.indices.size(), 0);
  skin(object.rest, weights, body.moves, object.positions);
  smooth_normals(object.positions, object.indices, object.normals);
  return object;
}

}  // namespace portrait_depth::people
