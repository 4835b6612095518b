// Simple solids built of triangles: tubes along a line, ellipsoids, boxes, discs.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "scene.hpp"
#include "vectors.hpp"

namespace portrait_depth::people {

struct Solid {
  std::vector<Vec3> positions{};
  std::vector<std::uint32_t> indices{};
};

/// A tube of elliptic section; `thickness` is its half size across `up`-wards and sideways. Open at the ends
/// unless closed.
void add_tube(std::span<const Vec3> line, Vec3 up, Vec2 half_size, bool closed, Solid& solid);
/// Of 8 `detail` rings and 14 `detail` columns.
void add_ellipsoid(Vec3 center, Vec3 half_size, Solid& solid, std::uint32_t detail = 1);
/// A box with its three half edges.
void add_box(Vec3 center, Vec3 a, Vec3 b, Vec3 c, Solid& solid);
/// The area inside a closed line.
void add_disc(std::span<const Vec3> rim, Solid& solid);
/// A grid of rows x columns points, row by row.
void add_grid(std::span<const Vec3> points, std::size_t columns, Solid& solid);

/// A solid on the unposed body, posed by `move`.
SceneObject solid_object(Solid solid, const Rigid& move, Label label, const Paint& paint);

}  // namespace portrait_depth::people
