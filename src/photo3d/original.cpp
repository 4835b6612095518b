#include "photo3d/original.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "camera/intrinsics.hpp"
#include "portrait_depth/segmentation.hpp"

namespace portrait_depth {
namespace {

constexpr int kColumns = 192, kRows = 256;  // cells of the grid
// The demo's limits of depth, and the value below which it draws no triangle.
constexpr float kMinDepth = 0.2f, kMaxDepth = 0.9f, kLeastValue = 0.1f;
// In the demo's units.
constexpr float kGridHeight = kRows * 0.025f, kDepthScale = 5, kCameraZ = 9.5f, kLookAtZ = -1;
constexpr float kBackgroundZ = -2.7f;
constexpr float kHeadMetres = 0.8f;

// The depth in the middle of a grid's cell; empty outside the person.
std::optional<float> cell_metres(PlaneView<const float> metres, PlaneView<const float> mask, int column,
                                 int row) {
  const int x = (2 * std::min(column, kColumns - 1) + 1) * metres.width() / (2 * kColumns);
  const int y = (2 * std::min(row, kRows - 1) + 1) * metres.height() / (2 * kRows);
  if (!(mask(x, y) >= kPersonMask) || !std::isfinite(metres(x, y))) return std::nullopt;
  return metres(x, y);
}

// place(column, row, metres) returns a vertex' position; an empty one has no surface. A triangle needs three
// vertices.
template <class Place>
Mesh make_grid(PlaneView<const float> metres, PlaneView<const float> mask, Place&& place) {
  Mesh mesh;
  Plane<std::int32_t> index(kColumns + 1, kRows + 1, -1);
  for (int row = 0; row <= kRows; ++row)
    for (int column = 0; column <= kColumns; ++column) {
      const std::optional<float> depth = cell_metres(metres, mask, column, row);
      if (!depth) continue;
      const std::optional<Vec3> position = place(column, row, *depth);
      if (!position) continue;
      index(column, row) = static_cast<std::int32_t>(mesh.positions.size());
      mesh.positions.push_back(*position);
      mesh.texture_coordinates.push_back(
          {static_cast<float>(column) / kColumns, static_cast<float>(row) / kRows});
    }
  for (int row = 0; row < kRows; ++row)
    for (int column = 0; column < kColumns; ++column) {
      const std::int32_t a = index(column, row), b = index(column + 1, row), c = index(column, row + 1),
                         d = index(column + 1, row + 1);
      for (const auto& corners : {std::array{a, b, d}, std::array{a, d, c}}) {
        if (*std::min_element(corners.begin(), corners.end()) < 0) continue;
        for (const std::int32_t corner : corners) mesh.indices.push_back(static_cast<std::uint32_t>(corner));
      }
    }
  return mesh;
}

}  // namespace

OriginalScene make_original_scene(PlaneView<const float> metres, PlaneView<const float> mask,
                                  float head_metres, float focus_metres) {
  const auto width = static_cast<float>(metres.width()), height = static_cast<float>(metres.height());
  const float unit_metres = focus_metres / (kCameraZ - kLookAtZ);
  const float grid_width = kGridHeight * width / height;
  const auto place = [&](int column, int row, float depth) -> std::optional<Vec3> {
    const float raw = (depth - head_metres + kHeadMetres) / 2;
    const float value = std::clamp((raw - kMinDepth) / (kMaxDepth - kMinDepth), 0.0f, 1.0f);
    if (value <= kLeastValue) return std::nullopt;
    return Vec3{unit_metres * grid_width * (static_cast<float>(column) / kColumns - 0.5f),
                unit_metres * kGridHeight * (static_cast<float>(row) / kRows - 0.5f),
                unit_metres * (kCameraZ + kDepthScale * value)};
  };
  OriginalScene scene;
  scene.person = make_grid(metres, mask, place);
  scene.background_metres = unit_metres * (kCameraZ - kBackgroundZ);
  const float focal = height * (kCameraZ - kBackgroundZ) / kGridHeight;
  scene.intrinsics = centered_camera(metres.width(), metres.height(), focal);
  return scene;
}

Mesh make_original_grid_on_rays(PlaneView<const float> metres, PlaneView<const float> mask,
                                const Intrinsics& intrinsics) {
  return make_grid(metres, mask, [&](int column, int row, float depth) -> std::optional<Vec3> {
    return intrinsics.unproject(static_cast<float>(column) / kColumns * static_cast<float>(metres.width()),
                                static_cast<float>(row) / kRows * static_cast<float>(metres.height()), depth);
  });
}

}  // namespace portrait_depth
