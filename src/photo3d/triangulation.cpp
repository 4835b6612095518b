#include "photo3d/triangulation.hpp"

#include <array>
#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

namespace portrait_depth {
namespace {

// One surface: its blocks of cells, and the numbers of its vertices in the mesh, -1 where there is none.
struct Surface {
  Plane<std::uint8_t> block;
  Plane<std::int32_t> index;
};

struct Triangulation {
  const MeshParts& parts;
  Surface visible, far;
  Plane<std::int32_t> near_index;  // of the near surface one vertex past the edge
  DepthMesh result;
};

std::int32_t add_vertex(Triangulation& t, int i, int j, float z, float texel_x, float texel_y) {
  const DepthGrid& grid = t.parts.grid;
  Mesh& mesh = t.result.mesh;
  mesh.positions.push_back(
      t.parts.intrinsics.unproject(grid.x(i), grid.y(j), t.parts.options.scale_relief(z)));
  mesh.texture_coordinates.push_back(
      {texel_x / static_cast<float>(grid.width), texel_y / static_cast<float>(grid.height)});
  return static_cast<std::int32_t>(mesh.positions.size() - 1);
}

std::int32_t add_visible_vertex(Triangulation& t, int i, int j) {
  const DepthGrid& grid = t.parts.grid;
  return add_vertex(t, i, j, grid.z(i, j), grid.x(i), grid.y(j));
}

std::int32_t add_near_vertex(Triangulation& t, int i, int j) {
  return add_vertex(t, i, j, t.parts.continued.near_z(i, j), t.parts.grid.x(i), t.parts.grid.y(j));
}

std::int32_t add_far_vertex(Triangulation& t, int i, int j) {
  const ContinuedSurfaces& continued = t.parts.continued;
  return add_vertex(t, i, j, continued.far_z(i, j), continued.texture_x(i, j), continued.texture_y(i, j));
}

// Vertices at the corners of a surface's blocks and of cut cells.
Plane<std::uint8_t> find_used_vertices(const MeshParts& parts, const Plane<std::uint8_t>& blocks) {
  Plane<std::uint8_t> used(parts.grid.columns(), parts.grid.rows(), 0);
  for (int j = 0; j < blocks.height(); ++j)
    for (int i = 0; i < blocks.width(); ++i) {
      const int side = parts.cells.cut(i, j) != 0 ? 1 : blocks(i, j);
      if (side == 0) continue;
      for (const auto& [u, v] : kCellCorners) used(i + u * side, j + v * side) = 1;
    }
  return used;
}

void add_vertices(Triangulation& t) {
  const DepthGrid& grid = t.parts.grid;
  const ContinuedSurfaces& continued = t.parts.continued;
  for (Plane<std::int32_t>* index : {&t.visible.index, &t.far.index, &t.near_index})
    index->resize(grid.columns(), grid.rows(), -1);
  const Plane<std::uint8_t> visible = find_used_vertices(t.parts, t.visible.block),
                            far = find_used_vertices(t.parts, t.far.block);
  for (int j = 0; j < grid.rows(); ++j)
    for (int i = 0; i < grid.columns(); ++i) {
      if (visible(i, j) != 0) t.visible.index(i, j) = add_visible_vertex(t, i, j);
      if (continued.near_z(i, j) > 0) t.near_index(i, j) = add_near_vertex(t, i, j);
      if (far(i, j) != 0 && continued.far_z(i, j) > 0) t.far.index(i, j) = add_far_vertex(t, i, j);
    }
}

// Two triangles between four corners in the order of kCellCorners. A corner of -1 leaves one triangle, two
// leave none.
void add_cell(const Mesh& mesh, const std::array<std::int32_t, 4>& corners,
              std::vector<std::uint32_t>& indices) {
  const auto [a, b, c, d] = corners;
  const auto add = [&](std::int32_t p, std::int32_t q, std::int32_t r) {
    if (p < 0 || q < 0 || r < 0) return;
    for (const std::int32_t index : {p, q, r}) indices.push_back(static_cast<std::uint32_t>(index));
  };
  const auto depth = [&](std::int32_t index) { return mesh.positions[static_cast<std::size_t>(index)].z; };
  const bool has_all = a >= 0 && b >= 0 && c >= 0 && d >= 0;
  // The triangles meet on the flatter diagonal, or on the one that has both ends.
  const bool along_ad =
      has_all ? std::abs(depth(a) - depth(d)) <= std::abs(depth(b) - depth(c)) : b < 0 || c < 0;
  if (along_ad) {
    add(a, b, d);
    add(a, d, c);
  } else {
    add(a, b, c);
    add(b, d, c);
  }
}

// The vertices along a block's border, clockwise from its upper left corner.
void walk_border(const Surface& surface, int i, int j, int side, std::vector<std::int32_t>& border) {
  border.clear();
  const auto add = [&](int u, int v) {
    if (const std::int32_t index = surface.index(i + u, j + v); index >= 0) border.push_back(index);
  };
  for (int k = 0; k < side; ++k) add(k, 0);
  for (int k = 0; k < side; ++k) add(side, k);
  for (int k = side; k > 0; --k) add(k, side);
  for (int k = side; k > 0; --k) add(0, k);
}

// Two triangles, one if a corner is missing, or a fan around the middle. The fan includes the vertices that
// smaller neighbors have on the block's border, so that no crack opens.
template <class AddVertex>
void add_block(Triangulation& t, const Surface& surface, int i, int j, std::vector<std::int32_t>& border,
               AddVertex&& add_middle) {
  const int side = surface.block(i, j);
  if (side == 0) return;
  Mesh& mesh = t.result.mesh;
  if (side == 1) {
    add_cell(
        mesh,
        {surface.index(i, j), surface.index(i + 1, j), surface.index(i, j + 1), surface.index(i + 1, j + 1)},
        mesh.indices);
    return;
  }
  walk_border(surface, i, j, side, border);
  if (border.size() == 4) {
    add_cell(mesh, {border[0], border[1], border[3], border[2]}, mesh.indices);
    return;
  }
  const auto middle = static_cast<std::uint32_t>(add_middle(t, i + side / 2, j + side / 2));
  std::int32_t last = border.back();
  for (const std::int32_t next : border) {
    mesh.indices.insert(mesh.indices.end(),
                        {middle, static_cast<std::uint32_t>(last), static_cast<std::uint32_t>(next)});
    last = next;
  }
}

// The ends of the near and of the far surface, and the seam between them.
void add_cut_cell(Triangulation& t, int i, int j) {
  std::array<std::int32_t, 4> seam{}, near{}, far{};
  const float middle = middle_depth(t.parts.grid, i, j);
  for (std::size_t k = 0; k < kCellCorners.size(); ++k) {
    const int u = i + kCellCorners[k].first, v = j + kCellCorners[k].second;
    const bool is_near = t.parts.grid.z(u, v) < middle;
    seam[k] = t.visible.index(u, v);
    near[k] = is_near ? seam[k] : t.near_index(u, v);
    far[k] = is_near ? t.far.index(u, v) : seam[k];
  }
  Mesh& mesh = t.result.mesh;
  add_cell(mesh, near, mesh.indices);
  add_cell(mesh, far, mesh.indices);
  add_cell(mesh, seam, t.result.seam_indices);
}

}  // namespace

DepthMesh triangulate(const MeshParts& parts) {
  Triangulation t{parts, {visible_blocks(parts), {}}, {far_blocks(parts), {}}, {}, {}};
  add_vertices(t);
  std::vector<std::int32_t> border;
  const Plane<std::uint8_t>& cut = parts.cells.cut;
  for (int j = 0; j < cut.height(); ++j)
    for (int i = 0; i < cut.width(); ++i) {
      if (cut(i, j) != 0) {
        add_cut_cell(t, i, j);
        continue;
      }
      add_block(t, t.visible, i, j, border, add_visible_vertex);
      add_block(t, t.far, i, j, border, add_far_vertex);
    }
  return std::move(t.result);
}

}  // namespace portrait_depth
