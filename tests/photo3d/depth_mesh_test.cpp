#include "photo3d/depth_mesh.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <utility>

#include "render/rasterizer.hpp"
#include "synthetic_portrait.hpp"

namespace portrait_depth {
namespace {

constexpr float kCut = 12;

DepthMesh mesh_of(const SyntheticPortrait& p, int step = 2, std::optional<float> edge_slope = kCut) {
  DepthMeshOptions options;
  options.step = step;
  options.pivot_metres = kHeadMetres;
  options.edge_slope = edge_slope;
  ThreadPool threads(2);
  return make_depth_mesh(p.metres, p.mask, p.intrinsics, options, threads);
}

TEST(DepthMesh, VerticesLieOnTheirViewingRaysAtTheirDepth) {
  const SyntheticPortrait p = make_portrait();
  const Mesh mesh = mesh_of(p).mesh;
  ASSERT_EQ(mesh.positions.size(), mesh.texture_coordinates.size());
  ASSERT_GT(mesh.indices.size(), 3000u);
  int on_ray = 0;
  for (std::size_t i = 0; i < mesh.positions.size(); ++i) {
    const Vec3& at = mesh.positions[i];
    const float x = p.intrinsics.fx * at.x / at.z + p.intrinsics.cx,
                y = p.intrinsics.fy * at.y / at.z + p.intrinsics.cy;
    const auto [u, v] = mesh.texture_coordinates[i];
    if (std::abs(x - u * 160) > 0.01f || std::abs(y - v * 200) > 0.01f)
      continue;  // behind an edge, with mirrored colors
    ++on_ray;
    const int px = static_cast<int>(x), py = static_cast<int>(y);
    const float true_z = px < 160 && py < 200 ? p.metres(px, py) : NAN;
    // Away from the head's edge the depth is that of the map.
    if (std::hypot((u - 0.5f) / 0.2f, (v - 0.42f) / 0.24f) >= 0.8f) continue;
    EXPECT_NEAR(at.z, true_z, 0.004f) << x << ' ' << y;
  }
  EXPECT_GT(on_ray, static_cast<int>(mesh.positions.size()) / 2);
  for (const std::uint32_t index : mesh.indices) ASSERT_LT(index, mesh.positions.size());
}

TEST(DepthMesh, NoTriangleStretchesFromTheHeadToTheShoulders) {
  const SyntheticPortrait p = make_portrait();
  const DepthMesh depth_mesh = mesh_of(p);
  const Mesh& mesh = depth_mesh.mesh;
  int across = 0, behind = 0;
  for (std::size_t t = 0; t < mesh.indices.size(); t += 3) {
    float low = 10, high = 0, v_low = 1;
    for (std::size_t i = 0; i < 3; ++i) {
      const std::uint32_t index = mesh.indices[t + i];
      low = std::min(low, mesh.positions[index].z);
      high = std::max(high, mesh.positions[index].z);
      v_low = std::min(v_low, mesh.texture_coordinates[index][1]);
      const float y = p.intrinsics.fy * mesh.positions[index].y / mesh.positions[index].z + p.intrinsics.cy;
      behind += std::abs(y / 200 - mesh.texture_coordinates[index][1]) > 0.005f;
    }
    // Between head and shoulders, no triangle spans half of the distance.
    const float middle = mesh.positions[mesh.indices[t]].x / mesh.positions[mesh.indices[t]].z;
    if (high - low > 0.08f && std::abs(middle) < 0.07f) ++across;
  }
  EXPECT_EQ(across, 0);
  EXPECT_GT(behind, 50);                           // the shoulders continue behind the chin
  EXPECT_GT(depth_mesh.seam_indices.size(), 60u);  // seams over the cuts
}

// Without a slope from which on edges are cut, no triangle tears: in a view from the end of `orbit`, none is
// stretched to twice its size, and the head keeps its depth.
TEST(DepthMesh, AWholeSurfaceIsStretchedALittleAtDepthEdges) {
  const SyntheticPortrait p = make_portrait();
  const DepthMesh depth_mesh = mesh_of(p, 1, std::nullopt);
  EXPECT_TRUE(depth_mesh.seam_indices.empty());
  const Mesh& mesh = depth_mesh.mesh;
  const float aside = 0.4f / 10.5f * 1.4142f * kHeadMetres;
  const auto before = [&](std::uint32_t i) {
    return p.intrinsics.fx * mesh.positions[i].x / mesh.positions[i].z;
  };
  const auto after = [&](std::uint32_t i) {
    return p.intrinsics.fx * (mesh.positions[i].x + aside) / mesh.positions[i].z;
  };
  for (std::size_t t = 0; t < mesh.indices.size(); ++t) {
    const std::uint32_t a = mesh.indices[t], b = mesh.indices[t - t % 3 + (t + 1) % 3];
    const float moved = after(a) - after(b) - (before(a) - before(b));
    const float length =
        std::hypot(before(a) - before(b), p.intrinsics.fy * (mesh.positions[a].y / mesh.positions[a].z -
                                                             mesh.positions[b].y / mesh.positions[b].z));
    ASSERT_LE(std::abs(moved), 0.85f * length + 0.02f);
  }
  int heads = 0;
  for (const Vec3& at : mesh.positions) {
    const float u = (p.intrinsics.fx * at.x / at.z + p.intrinsics.cx) / 160,
                v = (p.intrinsics.fy * at.y / at.z + p.intrinsics.cy) / 200;
    if (std::hypot((u - 0.5f) / 0.2f, (v - 0.42f) / 0.24f) >= 0.8f) continue;
    EXPECT_NEAR(at.z, p.metres(static_cast<int>(u * 160), static_cast<int>(v * 200)), 0.004f);
    ++heads;
  }
  EXPECT_GT(heads, 20);
}

TEST(DepthMesh, CoversEveryVisibleTexel) {
  const SyntheticPortrait p = make_portrait();
  for (const int step : {1, 2, 3, 7}) {
    const Mesh mesh = mesh_of(p, step).mesh;
    Plane<std::uint8_t> covered(160, 200, 0);
    for (std::size_t t = 0; t < mesh.indices.size(); t += 3) {  // the texels in each triangle's box
      float x0 = 1e9f, x1 = 0, y0 = 1e9f, y1 = 0;
      for (std::size_t i = 0; i < 3; ++i) {
        const Vec3& at = mesh.positions[mesh.indices[t + i]];
        const float x = p.intrinsics.fx * at.x / at.z + p.intrinsics.cx,
                    y = p.intrinsics.fy * at.y / at.z + p.intrinsics.cy;
        x0 = std::min(x0, x), x1 = std::max(x1, x), y0 = std::min(y0, y), y1 = std::max(y1, y);
      }
      for (int y = static_cast<int>(y0 + 0.49f); y < y1 - 0.49f; ++y)
        for (int x = static_cast<int>(x0 + 0.49f); x < x1 - 0.49f; ++x) covered(x, y) = 1;
    }
    for (int y = 0; y < 200; ++y)
      for (int x = 0; x < 160; ++x)
        EXPECT_TRUE(p.mask(x, y) <= 0.01f || covered(x, y) != 0) << x << ' ' << y << " step " << step;
  }
}

// A surface with waves that get shorter to the right, over the whole picture.
SyntheticPortrait make_waves(int width, int height) {
  SyntheticPortrait p;
  p.intrinsics = Intrinsics::assumed(width, height);
  p.metres.resize(width, height);
  p.mask.resize(width, height, 1.0f);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      const float across = static_cast<float>(x) / static_cast<float>(width);
      p.metres(x, y) = 1 + 0.01f * std::sin(25 * across * across + 0.02f * static_cast<float>(y));
    }
  return p;
}

TEST(DepthMesh, FlatPartsHaveFewAccurateTriangles) {
  const SyntheticPortrait p = make_waves(331, 250);  // the last column of cells is narrower at steps above 1
  for (const int step : {1, 2}) {
    const Mesh mesh = mesh_of(p, step).mesh;
    std::vector<ScreenVertex> vertices;
    for (const Vec3& at : mesh.positions)
      vertices.push_back({p.intrinsics.fx * at.x / at.z + p.intrinsics.cx,
                          p.intrinsics.fy * at.y / at.z + p.intrinsics.cy, 1 / at.z});
    VisibilityBuffer buffer;
    buffer.clear(331, 250);
    draw(vertices, mesh.indices, {}, buffer);
    for (int y = 2; y < 248; ++y)
      for (int x = 2; x < 329; ++x)
        ASSERT_NEAR(buffer.inv_z(x, y) * p.metres(x, y), 1, 1.4f / p.intrinsics.fx) << x << ' ' << y;
    const std::size_t cells = (331u / static_cast<unsigned>(step)) * (250u / static_cast<unsigned>(step));
    EXPECT_LT(mesh.indices.size() / 3, cells) << "step " << step;  // of 2 triangles each
    EXPECT_GT(mesh.indices.size() / 3, cells / 30);
  }
  SyntheticPortrait flat = make_waves(320, 240);
  for (float& z : flat.metres.values()) z = 0.7f;
  EXPECT_EQ(mesh_of(flat, 1).mesh.indices.size() / 3, 2u * 40 * 30);
}

TEST(DepthMesh, LargeAndSmallTrianglesLeaveNoCracks) {
  const SyntheticPortrait p = make_waves(331, 250);
  for (const int step : {1, 2}) {
    const Mesh mesh = mesh_of(p, step).mesh;
    std::map<std::pair<std::uint32_t, std::uint32_t>, int> edges;
    for (std::size_t t = 0; t < mesh.indices.size(); t += 3)
      for (std::size_t k = 0; k < 3; ++k)
        ++edges[std::minmax(mesh.indices[t + k], mesh.indices[t + (k + 1) % 3])];
    for (const auto& [ends, count] : edges) {
      const auto &a = mesh.texture_coordinates[ends.first], &b = mesh.texture_coordinates[ends.second];
      const auto along = [&](std::size_t axis) {
        return a[axis] == b[axis] && (a[axis] == 0 || a[axis] == 1);
      };
      ASSERT_EQ(count, along(0) || along(1) ? 1 : 2) << a[0] * 331 << ' ' << a[1] * 250 << " step " << step;
    }
  }
}

}  // namespace
}  // namespace portrait_depth
