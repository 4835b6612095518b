// A small scene with known places: a round person before a wall.
#pragma once

#include <cmath>

#include "portrait_depth/export.hpp"

namespace portrait_depth::test {

inline constexpr int kSceneWidth = 240, kSceneHeight = 320;

/// The camera does not look through the middle of its picture.
inline Intrinsics scene_camera() {
  return {300, 300, 132, 150, kSceneWidth, kSceneHeight};
}

/// A grid over the whole photo, z from `depth`, each vertex on its own viewing ray.
template <class Depth>
Mesh grid_mesh(int columns, int rows, Depth depth) {
  const Intrinsics camera = scene_camera();
  Mesh mesh;
  for (int j = 0; j <= rows; ++j)
    for (int i = 0; i <= columns; ++i) {
      const float u = static_cast<float>(i) / static_cast<float>(columns);
      const float v = static_cast<float>(j) / static_cast<float>(rows);
      mesh.positions.push_back(camera.unproject(u * kSceneWidth, v * kSceneHeight, depth(u, v)));
      mesh.texture_coordinates.push_back({u, v});
    }
  for (int j = 0; j < rows; ++j)
    for (int i = 0; i < columns; ++i) {
      const auto a = static_cast<std::uint32_t>(j * (columns + 1) + i), b = a + 1;
      const auto c = a + static_cast<std::uint32_t>(columns) + 1, d = c + 1;
      mesh.indices.insert(mesh.indices.end(), {a, b, c, b, d, c});
    }
  return mesh;
}

struct Scene {
  Mesh person, background;
  Image person_texture, background_texture;
  SceneView view() const {
    return {&person, &person_texture, &background, &background_texture, scene_camera()};
  }
};

/// 0 in the middle of the person, 1 at its edge.
inline float radius(float u, float v) {
  return std::hypot((u - 0.5f) / 0.3f, (v - 0.5f) / 0.35f);
}

inline Scene make_scene() {
  Scene scene;
  scene.person = grid_mesh(48, 64, [](float u, float v) {
    const float r = radius(u, v);
    return 1.0f - 0.1f * std::sqrt(std::max(0.0f, 1 - r * r));
  });
  scene.background = grid_mesh(4, 4, [](float, float) { return 2.5f; });
  scene.person_texture.resize(kSceneWidth, kSceneHeight, 4);
  scene.background_texture.resize(kSceneWidth, kSceneHeight, 3);
  for (int y = 0; y < kSceneHeight; ++y)
    for (int x = 0; x < kSceneWidth; ++x) {
      const float u = (static_cast<float>(x) + 0.5f) / kSceneWidth,
                  v = (static_cast<float>(y) + 0.5f) / kSceneHeight;
      const bool stripe = y / 16 % 2 == 0, tile = (x / 20 + y / 20) % 2 == 0;
      std::uint8_t* person = scene.person_texture.pixel(x, y);
      person[0] = 220, person[1] = stripe ? 150 : 110, person[2] = 70;
      person[3] = static_cast<std::uint8_t>(
          std::lround(255 * std::clamp((1 - radius(u, v)) * 12 + 0.5f, 0.0f, 1.0f)));
      std::uint8_t* wall = scene.background_texture.pixel(x, y);
      wall[0] = tile ? 40 : 70, wall[1] = tile ? 70 : 110, wall[2] = tile ? 120 : 160;
    }
  return scene;
}

/// Around the photo's place, always toward the person.
inline CameraPath make_path() {
  CameraPath path;
  for (int i = 0; i < 30; ++i) {
    const float angle = static_cast<float>(i) / 30 * 6.2831853f;
    path.push_back({.position = {0.05f * std::cos(angle), 0.03f * std::sin(angle), 0}, .look_at = {0, 0, 1}});
  }
  return path;
}

}  // namespace portrait_depth::test
