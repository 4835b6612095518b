#include "solids.hpp"

#include <cmath>
#include <cstdint>
#include <numbers>
#include <utility>

#include "mesh.hpp"

namespace portrait_depth::people {
namespace {

constexpr std::uint32_t kSides = 8;
constexpr float kTurn = 2 * std::numbers::pi_v<float>;

void add_quad(std::uint32_t a, std::uint32_t b, std::uint32_t c, std::uint32_t d, Solid& solid) {
  solid.indices.insert(solid.indices.end(), {a, b, c, a, c, d});
}

}  // namespace

void add_tube(std::span<const Vec3> line, Vec3 up, Vec2 half_size, bool closed, Solid& solid) {
  const auto first = static_cast<std::uint32_t>(solid.positions.size());
  const auto count = static_cast<std::uint32_t>(line.size());
  for (std::uint32_t i = 0; i < count; ++i) {
    const Vec3 before = line[i > 0 ? i - 1 : (closed ? count - 1 : 0)],
               after = line[i + 1 < count ? i + 1 : (closed ? 0 : count - 1)];
    const Vec3 along = normalized(after - before);
    const Vec3 side = normalized(cross(along, up)), top = cross(side, along);
    for (std::uint32_t k = 0; k < kSides; ++k) {
      const float angle = kTurn * static_cast<float>(k) / kSides;
      solid.positions.push_back(line[i] + top * (half_size.x * std::sin(angle)) +
                                side * (half_size.y * std::cos(angle)));
    }
  }
  for (std::uint32_t i = 0; i + (closed ? 0 : 1) < count; ++i) {
    const std::uint32_t a = first + i * kSides, b = first + (i + 1) % count * kSides;
    for (std::uint32_t k = 0; k < kSides; ++k)
      add_quad(a + k, b + k, b + (k + 1) % kSides, a + (k + 1) % kSides, solid);
  }
}

void add_ellipsoid(Vec3 center, Vec3 half_size, Solid& solid, std::uint32_t detail) {
  const std::uint32_t rings = 8 * detail, columns = 14 * detail;
  const auto first = static_cast<std::uint32_t>(solid.positions.size());
  for (std::uint32_t i = 0; i <= rings; ++i) {
    const float polar = std::numbers::pi_v<float> * static_cast<float>(i) / rings;
    for (std::uint32_t k = 0; k < columns; ++k) {
      const float angle = kTurn * static_cast<float>(k) / columns;
      solid.positions.push_back(center + half_size * Vec3{std::sin(polar) * std::cos(angle), std::cos(polar),
                                                          std::sin(polar) * std::sin(angle)});
    }
  }
  for (std::uint32_t i = 0; i < rings; ++i) {
    const std::uint32_t a = first + i * columns, b = a + columns;
    for (std::uint32_t k = 0; k < columns; ++k)
      add_quad(a + k, a + (k + 1) % columns, b + (k + 1) % columns, b + k, solid);
  }
}

void add_box(Vec3 center, Vec3 a, Vec3 b, Vec3 c, Solid& solid) {
  // Faces share no corners, so that edges stay sharp under smooth normals.
  const auto face = [&](Vec3 middle, Vec3 u, Vec3 v) {
    const auto first = static_cast<std::uint32_t>(solid.positions.size());
    for (const Vec3 corner : {middle - u - v, middle + u - v, middle + u + v, middle - u + v})
      solid.positions.push_back(corner);
    add_quad(first, first + 1, first + 2, first + 3, solid);
  };
  face(center + c, a, b);
  face(center - c, b, a);
  face(center + a, b, c);
  face(center - a, c, b);
  face(center + b, c, a);
  face(center - b, a, c);
}

void add_disc(std::span<const Vec3> rim, Solid& solid) {
  const auto first = static_cast<std::uint32_t>(solid.positions.size());
  const auto count = static_cast<std::uint32_t>(rim.size());
  Vec3 middle;
  for (const Vec3& p : rim) middle += p * (1.0f / static_cast<float>(count));
  solid.positions.push_back(middle);
  solid.positions.insert(solid.positions.end(), rim.begin(), rim.end());
  for (std::uint32_t i = 0; i < count; ++i)
    solid.indices.insert(solid.indices.end(), {first, first + 1 + i, first + 1 + (i + 1) % count});
}

void add_grid(std::span<const Vec3> points, std::size_t columns, Solid& solid) {
  const auto first = static_cast<std::uint32_t>(solid.positions.size());
  const auto width = static_cast<std::uint32_t>(columns),
             rows = static_cast<std::uint32_t>(points.size() / columns);
  solid.positions.insert(solid.positions.end(), points.begin(), points.end());
  for (std::uint32_t y = 0; y + 1 < rows; ++y)
    for (std::uint32_t x = 0; x + 1 < width; ++x) {
      const std::uint32_t a = first + y * width + x;
      add_quad(a, a + width, a + width + 1, a + 1, solid);
    }
}

SceneObject solid_object(Solid solid, const Rigid& move, Label label, const Paint& paint) {
  SceneObject object{.label = label, .uvs = {{0, 0}}, .paint = paint};
  object.rest = std::move(solid.positions);
  object.positions.reserve(object.rest.size());
  for (const Vec3& p : object.rest) object.positions.push_back(move.apply(p));
  object.indices = std::move(solid.indices);
  object.uv_indices.assign(object.indices.size(), 0);
  smooth_normals(object.positions, object.indices, object.normals);
  return object;
}

}  // namespace portrait_depth::people
