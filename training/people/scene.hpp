// Scenes: posed meshes with paint, in one frame (metres, x to the person's left, y up, z forward).
#pragma once

#include <cstdint>
#include <vector>

#include "paint.hpp"
#include "vectors.hpp"

namespace portrait_depth::people {

/// The low seven bits of a record's `material`.
enum class Label : std::uint8_t {
  none = 0,
  skin = 1,
  eye = 2,
  hair = 3,
  cloth = 4,
  headwear = 5,
  hard = 6,
  mouth = 7
};

/// The effect of a surface's per-vertex mask: an input of the paint only; the density of hairs; a cut of the
/// surface at zero.
enum class MaskUse : std::uint8_t { paint, opacity, cut };

struct SceneObject {
  Label label = Label::none;
  std::vector<Vec3> positions{}, normals{};
  std::vector<Vec3> rest{};          ///< On the unposed body, metres.
  std::vector<float> mask{};         ///< Per vertex, or empty: see PaintPoint.
  std::vector<std::uint8_t> head{};  ///< Per vertex, 1 on the head; or empty: `all_head`.
  bool all_head = false;
  std::vector<Vec2> uvs{};
  std::vector<std::uint32_t> indices{}, uv_indices{};
  std::vector<float> triangle_alpha{};  ///< Mean alpha of each triangle, or empty: opaque.
  Paint paint{};
  float opacity = 1;  ///< Share of the samples that are drawn, below 1 for tinted glass.
  MaskUse mask_use = MaskUse::paint;
  bool casts_shadow = true;
};

struct Scene {
  std::vector<SceneObject> objects{};
};

/// A pinhole camera in the scene: camera = rotation * (point - position); x right, y down, z away.
struct CameraPlacement {
  Mat3 camera_from_scene{};
  Vec3 position{};
  Vec3 to_camera(Vec3 point) const { return camera_from_scene * (point - position); }
};

/// A camera at `position` that looks along `forward`, turned by `roll` radians about it.
CameraPlacement look_along(Vec3 position, Vec3 forward, float roll);

}  // namespace portrait_depth::people
