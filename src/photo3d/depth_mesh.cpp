#include "photo3d/depth_mesh.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <initializer_list>
#include <utility>
#include <vector>

#include "camera/intrinsics.hpp"
#include "photo3d/depth_grid.hpp"
#include "photo3d/quadtree.hpp"

namespace portrait_depth {
namespace {

constexpr float kVisibleAlpha = 1.0f / 255;
constexpr int kHiddenTexels = 28;  // how far a far surface goes on behind a near one
constexpr float kMirrorInset = 1;  // texels; those right at an edge hold some of the near surface's color

// Blocks of cells may stand for surfaces that are flat to this share of their depth times the focal length: a
// camera that moves by a tenth of the distance shows a tenth of so many pixels.
constexpr float kFlatPixels = 1, kFlatHiddenPixels = 4;
constexpr float kFlatTexels = 0.1f, kFlatHiddenTexels = 4;  // and how far a color may move in a block

// A vertex of the hidden part of a far surface: its depth and where on the picture its color comes from.
struct Hidden {
  float z = 0, source_x = 0, source_y = 0;
};

// One of the mesh's surfaces: its blocks of cells (see find_flat_blocks), and its vertices' numbers in the
// mesh, -1 where there is none.
struct Surface {
  Plane<std::uint8_t> block;
  Plane<std::int32_t> index;
};

struct Builder {
  DepthGrid grid;
  Intrinsics intrinsics;
  PlaneView<const float> alpha;
  DepthMeshOptions options;
  Plane<std::uint8_t> sure;  // vertices that are the person's, not the surface's continuation
  Plane<std::uint8_t> cell_visible, cell_cut;
  Plane<float> over_z;              // the near surface continued by one vertex past the edge; 0: none
  Plane<Hidden> hidden;             // the far surface continued behind the near one
  Plane<float> hidden_u, hidden_v;  // texels: where its color comes from, mirrored at the edge
  Surface main, behind;             // what the photo shows, and the hidden part
  Plane<std::int32_t> over_index;
  Mesh mesh;
  std::vector<std::uint32_t> seam_indices;

  float cell_middle(int i, int j) const {
    const auto [low, high] =
        std::minmax({grid.z(i, j), grid.z(i + 1, j), grid.z(i, j + 1), grid.z(i + 1, j + 1)});
    return (low + high) / 2;
  }
};

using Corner = std::pair<int, int>;
constexpr std::array<Corner, 4> kCorners = {{{0, 0}, {1, 0}, {0, 1}, {1, 1}}};

void find_visible_cells(Builder& b, Plane<std::uint8_t>& needed) {
  const DepthGrid& grid = b.grid;
  b.cell_visible.resize(grid.columns() - 1, grid.rows() - 1, 0);
  needed.resize(grid.columns(), grid.rows(), 0);
  for (int y = 0; y < grid.height; ++y)
    for (int x = 0; x < grid.width; ++x)
      if (b.alpha(x, y) >= kVisibleAlpha) b.cell_visible(x / grid.step, y / grid.step) = 1;
  for (int j = 0; j + 1 < grid.rows(); ++j)
    for (int i = 0; i + 1 < grid.columns(); ++i)
      if (b.cell_visible(i, j) != 0)
        for (const auto& [u, v] : kCorners) needed(i + u, j + v) = 1;
}

bool depths_jump(const Builder& b, int i, int j) {
  const DepthGrid& grid = b.grid;
  const auto [low, high] =
      std::minmax({grid.z(i, j), grid.z(i + 1, j), grid.z(i, j + 1), grid.z(i + 1, j + 1)});
  const float diagonal_metres = 1.4142f * static_cast<float>(grid.step) / b.intrinsics.fx * low;
  // In a small photo a cell is so wide that hardly any step over it is steep.
  constexpr float kLargeStep = 0.1f, kSteepEnough = 0.25f;  // shares of the depth, and of the slope
  const float steep = b.options.edge_slope * diagonal_metres;
  return high - low > std::min(steep, std::max(kSteepEnough * steep, kLargeStep * low));
}

// Cells without depth at a corner show nothing. Cells whose depths jump are cut, but not under the soft
// silhouette: what lies behind it is not known.
void classify_cells(Builder& b) {
  const DepthGrid& grid = b.grid;
  b.cell_cut.resize(grid.columns() - 1, grid.rows() - 1, 0);
  for (int j = 0; j + 1 < grid.rows(); ++j)
    for (int i = 0; i + 1 < grid.columns(); ++i) {
      bool known = true, sure = true;
      for (const auto& [u, v] : kCorners) {
        known = known && grid.z(i + u, j + v) > 0;
        sure = sure && b.sure(i + u, j + v) != 0;
      }
      if (!known) b.cell_visible(i, j) = 0;
      b.cell_cut(i, j) = sure && depths_jump(b, i, j);
    }
}

// A slope over several cut cells leaves vertices that are neither on its near nor on its far side. Each goes
// to the closer of the two, until every cut is one cell wide.
void close_up_slopes(Builder& b) {
  constexpr int kRounds = 6;
  DepthGrid& grid = b.grid;
  struct Neighbors {
    float nearest = 0,
          farthest = 0;  // over the cut cells where the vertex is on the far, on the near side; 0: none
  };
  Plane<Neighbors> around;
  for (int round = 0; round < kRounds; ++round) {
    classify_cells(b);
    around.resize(grid.columns(), grid.rows(), Neighbors{});
    for (int j = 0; j + 1 < grid.rows(); ++j)
      for (int i = 0; i + 1 < grid.columns(); ++i) {
        if (b.cell_cut(i, j) == 0) continue;
        const auto [low, high] =
            std::minmax({grid.z(i, j), grid.z(i + 1, j), grid.z(i, j + 1), grid.z(i + 1, j + 1)});
        for (const auto& [u, v] : kCorners) {
          Neighbors& n = around(i + u, j + v);
          if (grid.z(i + u, j + v) < (low + high) / 2)
            n.farthest = std::max(n.farthest, high);
          else
            n.nearest = n.nearest > 0 ? std::min(n.nearest, low) : low;
        }
      }
    bool changed = false;
    for (int j = 0; j < grid.rows(); ++j)
      for (int i = 0; i < grid.columns(); ++i) {
        const Neighbors& n = around(i, j);
        if (!(n.nearest > 0) || !(n.farthest > 0)) continue;
        float& z = grid.z(i, j);
        z = z - n.nearest < n.farthest - z ? n.nearest : n.farthest;
        changed = true;
      }
    if (!changed) return;
  }
  classify_cells(b);
}

// At each cut cell: the near corners' mean depth goes to the far corners, the far ones' to the near corners.
void continue_past_cuts(Builder& b, std::vector<Corner>& ring) {
  const DepthGrid& grid = b.grid;
  Plane<float> near_sum(grid.columns(), grid.rows(), 0.0f), far_sum = near_sum;
  Plane<float> source_x = near_sum, source_y = near_sum;
  Plane<std::uint16_t> near_count(grid.columns(), grid.rows(), 0), far_count = near_count;
  for (int j = 0; j + 1 < grid.rows(); ++j)
    for (int i = 0; i + 1 < grid.columns(); ++i) {
      if (b.cell_cut(i, j) == 0) continue;
      const float middle = b.cell_middle(i, j);
      for (const auto& [u, v] : kCorners)
        for (const auto& [s, t] : kCorners) {
          const float from = grid.z(i + s, j + t), to = grid.z(i + u, j + v);
          if (from < middle && to >= middle) {
            near_sum(i + u, j + v) += from;
            ++near_count(i + u, j + v);
          } else if (from >= middle && to < middle) {
            far_sum(i + u, j + v) += from;
            source_x(i + u, j + v) += grid.x(i + s);
            source_y(i + u, j + v) += grid.y(j + t);
            ++far_count(i + u, j + v);
          }
        }
    }
  b.over_z.resize(grid.columns(), grid.rows(), 0.0f);
  b.hidden.resize(grid.columns(), grid.rows(), Hidden{});
  for (int j = 0; j < grid.rows(); ++j)
    for (int i = 0; i < grid.columns(); ++i) {
      if (near_count(i, j) > 0) b.over_z(i, j) = near_sum(i, j) / static_cast<float>(near_count(i, j));
      if (far_count(i, j) == 0) continue;
      const auto count = static_cast<float>(far_count(i, j));
      b.hidden(i, j) = {far_sum(i, j) / count, source_x(i, j) / count, source_y(i, j) / count};
      ring.emplace_back(i, j);
    }
}

// How many vertices lie between a vertex and the nearest one that is not surely the person's, up to `most`.
Plane<std::uint8_t> distance_to_silhouette(const Plane<std::uint8_t>& sure, int most) {
  const int columns = sure.width(), rows = sure.height();
  Plane<std::uint8_t> distance(columns, rows);
  const auto at = [&](int i, int j) -> int {  // the picture's border is no silhouette
    return i < 0 || j < 0 || i >= columns || j >= rows ? most : distance(i, j);
  };
  const auto set = [&](int i, int j, std::initializer_list<int> neighbors) {
    distance(i, j) = static_cast<std::uint8_t>(sure(i, j) != 0 ? std::min(std::min(neighbors) + 1, most) : 0);
  };
  for (int j = 0; j < rows; ++j)
    for (int i = 0; i < columns; ++i)
      set(i, j, {at(i - 1, j), at(i - 1, j - 1), at(i, j - 1), at(i + 1, j - 1)});
  for (int j = rows - 1; j >= 0; --j)
    for (int i = columns - 1; i >= 0; --i)
      set(i, j, {distance(i, j) - 1, at(i + 1, j), at(i + 1, j + 1), at(i, j + 1), at(i - 1, j + 1)});
  return distance;
}

// Ring by ring further behind the near surface, as long as that one is in front, and not so close to the
// silhouette that the hidden part would come out behind it.
void grow_hidden(Builder& b, std::vector<Corner> ring) {
  const DepthGrid& grid = b.grid;
  const int rings = std::max(1, kHiddenTexels / grid.step);
  const Plane<std::uint8_t> to_silhouette = distance_to_silhouette(b.sure, rings);
  constexpr float kInFront = 1.01f;
  for (int round = 1; round < rings && !ring.empty(); ++round) {
    std::vector<std::pair<Corner, Hidden>> next;
    for (const auto& [i, j] : ring)
      for (int v = std::max(j - 1, 0); v <= std::min(j + 1, grid.rows() - 1); ++v)
        for (int u = std::max(i - 1, 0); u <= std::min(i + 1, grid.columns() - 1); ++u) {
          if (b.hidden(u, v).z > 0 || to_silhouette(u, v) <= round) continue;
          Hidden mean;
          float count = 0;
          for (int q = std::max(v - 1, 0); q <= std::min(v + 1, grid.rows() - 1); ++q)
            for (int p = std::max(u - 1, 0); p <= std::min(u + 1, grid.columns() - 1); ++p) {
              const Hidden& h = b.hidden(p, q);
              if (!(h.z > 0)) continue;
              mean = {mean.z + h.z, mean.source_x + h.source_x, mean.source_y + h.source_y};
              ++count;
            }
          mean = {mean.z / count, mean.source_x / count, mean.source_y / count};
          if (mean.z > grid.z(u, v) * kInFront) next.emplace_back(Corner{u, v}, mean);
        }
    ring.clear();
    for (const auto& [at, value] : next) {
      if (b.hidden(at.first, at.second).z > 0) continue;
      b.hidden(at.first, at.second) = value;
      ring.push_back(at);
    }
  }
}

std::int32_t add_vertex(Builder& b, int i, int j, float z, float texel_x, float texel_y) {
  b.mesh.positions.push_back(b.intrinsics.unproject(b.grid.x(i), b.grid.y(j), b.options.moved(z)));
  b.mesh.texture_coordinates.push_back(
      {texel_x / static_cast<float>(b.grid.width), texel_y / static_cast<float>(b.grid.height)});
  return static_cast<std::int32_t>(b.mesh.positions.size() - 1);
}

// The picture's colors mirrored at the edge, where the mirror image still lies on the far surface.
std::array<float, 2> mirrored(const Builder& b, int i, int j, const Hidden& hidden) {
  const float x = b.grid.x(i), y = b.grid.y(j);
  const float dx = hidden.source_x - x, dy = hidden.source_y - y;
  const float length = std::max(std::hypot(dx, dy), 1e-3f);
  const float inset = kMirrorInset / length;
  for (const float reach : {1.0f, 0.5f, 0.0f}) {
    const float u =
        std::clamp(hidden.source_x + dx * (reach + inset), 0.0f, static_cast<float>(b.grid.width));
    const float v =
        std::clamp(hidden.source_y + dy * (reach + inset), 0.0f, static_cast<float>(b.grid.height));
    const int column = std::min(static_cast<int>(u) / b.grid.step, b.grid.columns() - 1);
    const int row = std::min(static_cast<int>(v) / b.grid.step, b.grid.rows() - 1);
    const float there = b.grid.z(column, row);
    const int px = std::min(static_cast<int>(u), b.grid.width - 1),
              py = std::min(static_cast<int>(v), b.grid.height - 1);
    if (there > hidden.z * 0.98f && b.alpha(px, py) > 0.98f) return {u, v};
  }
  return {hidden.source_x, hidden.source_y};
}

void find_hidden_colors(Builder& b) {
  b.hidden_u.resize(b.grid.columns(), b.grid.rows(), 0.0f);
  b.hidden_v = b.hidden_u;
  for (int j = 0; j < b.grid.rows(); ++j)
    for (int i = 0; i < b.grid.columns(); ++i) {
      if (!(b.hidden(i, j).z > 0)) continue;
      const auto [u, v] = mirrored(b, i, j, b.hidden(i, j));
      b.hidden_u(i, j) = u;
      b.hidden_v(i, j) = v;
    }
}

// Inverse depths of a surface after its relief was scaled: flat in the world is flat in them over the
// picture.
template <class Depth>
Plane<float> inverse_depths(const Builder& b, Depth&& depth) {
  Plane<float> inverse(b.grid.columns(), b.grid.rows(), 0.0f);
  for (int j = 0; j < b.grid.rows(); ++j)
    for (int i = 0; i < b.grid.columns(); ++i) {
      const float z = depth(i, j), moved = b.options.moved(z);
      if (z > 0 && moved > 0) inverse(i, j) = 1 / moved;
    }
  return inverse;
}

// The cells that are left whole, as far as `counts` holds for them.
template <class Counts>
Plane<std::uint8_t> whole_cells(const Builder& b, Counts&& counts) {
  Plane<std::uint8_t> cells(b.cell_cut.width(), b.cell_cut.height());
  for (int j = 0; j < cells.height(); ++j)
    for (int i = 0; i < cells.width(); ++i)
      cells(i, j) = b.cell_visible(i, j) != 0 && b.cell_cut(i, j) == 0 && counts(i, j);
  return cells;
}

// Whole cells become as few blocks as their surface allows.
void merge_main_cells(Builder& b) {
  const Plane<std::uint8_t> cells = whole_cells(b, [](int, int) { return true; });
  const Plane<float> inverse = inverse_depths(b, [&](int i, int j) { return b.grid.z(i, j); });
  b.main.block = find_flat_blocks(cells, [&](int i, int j, int side) {
    const auto [low, high] =
        std::minmax({inverse(i, j), inverse(i + side, j), inverse(i, j + side), inverse(i + side, j + side)});
    // Colors lie between a block's corners as they do on the surface, not as on the picture.
    const float length = std::max(b.grid.x(i + side) - b.grid.x(i), b.grid.y(j + side) - b.grid.y(j));
    return low > 0 && (high - low) * length <= 4 * kFlatTexels * low &&
           departure_from_flat(b.grid, inverse, i, j, side) <= kFlatPixels / b.intrinsics.fx * low;
  });
}

void merge_hidden_cells(Builder& b) {
  const Plane<std::uint8_t> cells = whole_cells(b, [&](int i, int j) {
    return std::count_if(kCorners.begin(), kCorners.end(), [&](const Corner& corner) {
             return b.hidden(i + corner.first, j + corner.second).z > 0;
           }) >= 3;
  });
  const Plane<float> inverse = inverse_depths(b, [&](int i, int j) { return b.hidden(i, j).z; });
  b.behind.block = find_flat_blocks(cells, [&](int i, int j, int side) {
    const float low =
        std::min({inverse(i, j), inverse(i + side, j), inverse(i, j + side), inverse(i + side, j + side)});
    return low > 0 &&
           departure_from_flat(b.grid, inverse, i, j, side) <= kFlatHiddenPixels / b.intrinsics.fx * low &&
           departure_from_flat(b.grid, b.hidden_u, i, j, side) <= kFlatHiddenTexels &&
           departure_from_flat(b.grid, b.hidden_v, i, j, side) <= kFlatHiddenTexels;
  });
}

std::int32_t add_main_vertex(Builder& b, int i, int j) {
  return add_vertex(b, i, j, b.grid.z(i, j), b.grid.x(i), b.grid.y(j));
}

std::int32_t add_hidden_vertex(Builder& b, int i, int j) {
  return add_vertex(b, i, j, b.hidden(i, j).z, b.hidden_u(i, j), b.hidden_v(i, j));
}

// Vertices at the corners of a surface's blocks and of cut cells.
Plane<std::uint8_t> find_used_vertices(const Builder& b, const Surface& surface) {
  Plane<std::uint8_t> used(b.grid.columns(), b.grid.rows(), 0);
  for (int j = 0; j + 1 < b.grid.rows(); ++j)
    for (int i = 0; i + 1 < b.grid.columns(); ++i) {
      const int side = b.cell_cut(i, j) != 0 ? 1 : surface.block(i, j);
      if (side == 0) continue;
      for (const auto& [u, v] : kCorners) used(i + u * side, j + v * side) = 1;
    }
  return used;
}

void add_vertices(Builder& b) {
  for (Plane<std::int32_t>* index : {&b.main.index, &b.behind.index, &b.over_index})
    index->resize(b.grid.columns(), b.grid.rows(), -1);
  const Plane<std::uint8_t> main = find_used_vertices(b, b.main), behind = find_used_vertices(b, b.behind);
  for (int j = 0; j < b.grid.rows(); ++j)
    for (int i = 0; i < b.grid.columns(); ++i) {
      if (main(i, j) != 0) b.main.index(i, j) = add_main_vertex(b, i, j);
      if (b.over_z(i, j) > 0)
        b.over_index(i, j) = add_vertex(b, i, j, b.over_z(i, j), b.grid.x(i), b.grid.y(j));
      if (behind(i, j) != 0 && b.hidden(i, j).z > 0) b.behind.index(i, j) = add_hidden_vertex(b, i, j);
    }
}

// Corners in the order of kCorners; a corner of -1 leaves one triangle, two leave none.
void add_cell(const Mesh& mesh, const std::array<std::int32_t, 4>& corner,
              std::vector<std::uint32_t>& indices) {
  const auto [a, b, c, d] = corner;
  const auto add = [&](std::int32_t p, std::int32_t q, std::int32_t r) {
    if (p < 0 || q < 0 || r < 0) return;
    for (const std::int32_t index : {p, q, r}) indices.push_back(static_cast<std::uint32_t>(index));
  };
  const auto depth = [&](std::int32_t index) { return mesh.positions[static_cast<std::size_t>(index)].z; };
  const bool whole = a >= 0 && b >= 0 && c >= 0 && d >= 0;
  // The flatter diagonal joins the triangles, or the one whose both ends are there.
  const bool along_ad =
      whole ? std::abs(depth(a) - depth(d)) <= std::abs(depth(b) - depth(c)) : b < 0 || c < 0;
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

// Two triangles, one at a corner that is missing, or a fan around the middle which takes in the vertices that
// smaller neighbors have on the block's border.
template <class AddVertex>
void add_block(Builder& b, const Surface& surface, int i, int j, std::vector<std::int32_t>& border,
               AddVertex&& add_middle) {
  const int side = surface.block(i, j);
  if (side == 0) return;
  if (side == 1) {
    add_cell(
        b.mesh,
        {surface.index(i, j), surface.index(i + 1, j), surface.index(i, j + 1), surface.index(i + 1, j + 1)},
        b.mesh.indices);
    return;
  }
  walk_border(surface, i, j, side, border);
  if (border.size() == 4) {
    add_cell(b.mesh, {border[0], border[1], border[3], border[2]}, b.mesh.indices);
    return;
  }
  const auto middle = static_cast<std::uint32_t>(add_middle(b, i + side / 2, j + side / 2));
  std::int32_t last = border.back();
  for (const std::int32_t next : border) {
    b.mesh.indices.insert(b.mesh.indices.end(),
                          {middle, static_cast<std::uint32_t>(last), static_cast<std::uint32_t>(next)});
    last = next;
  }
}

void add_cut_cell(Builder& b, int i, int j) {
  std::array<std::int32_t, 4> main{}, near{}, far{};
  const float middle = b.cell_middle(i, j);
  for (std::size_t k = 0; k < 4; ++k) {
    const int u = i + kCorners[k].first, v = j + kCorners[k].second;
    const bool is_near = b.grid.z(u, v) < middle;
    main[k] = b.main.index(u, v);
    near[k] = is_near ? main[k] : b.over_index(u, v);
    far[k] = is_near ? b.behind.index(u, v) : main[k];
  }
  add_cell(b.mesh, near, b.mesh.indices);
  add_cell(b.mesh, far, b.mesh.indices);
  add_cell(b.mesh, main, b.seam_indices);
}

void add_cells(Builder& b) {
  std::vector<std::int32_t> border;
  for (int j = 0; j < b.cell_cut.height(); ++j)
    for (int i = 0; i < b.cell_cut.width(); ++i) {
      if (b.cell_cut(i, j) != 0) {
        add_cut_cell(b, i, j);
        continue;
      }
      add_block(b, b.main, i, j, border, add_main_vertex);
      add_block(b, b.behind, i, j, border, add_hidden_vertex);
    }
}

}  // namespace

int usual_grid_step(int width, int height) {
  constexpr double kFineTexels = 1.5e6;  // above, cells of one texel take more memory than anything else
  return static_cast<double>(width) * height <= kFineTexels ? 1 : 2;
}

DepthMesh make_depth_mesh(PlaneView<const float> metres, PlaneView<const float> alpha,
                          const Intrinsics& intrinsics, const DepthMeshOptions& options,
                          ThreadPool& threads) {
  Builder b;
  b.intrinsics = intrinsics;
  b.alpha = alpha;
  b.options = options;
  b.grid = sample_depth_grid(metres, alpha, options.step, threads);
  if (b.grid.columns() < 2 || b.grid.rows() < 2) return {};
  b.sure.resize(b.grid.columns(), b.grid.rows());
  const auto depths = b.grid.z.values();
  std::transform(depths.begin(), depths.end(), b.sure.values().begin(), [](float z) { return z > 0; });
  smooth_depth_grid(b.grid, 3, threads);
  sharpen_depth_edges(b.grid, intrinsics, options.edge_slope, threads);
  Plane<std::uint8_t> needed;
  find_visible_cells(b, needed);
  grow_depth_grid(b.grid, needed);
  close_up_slopes(b);
  std::vector<Corner> ring;
  continue_past_cuts(b, ring);
  grow_hidden(b, std::move(ring));
  find_hidden_colors(b);
  merge_main_cells(b);
  merge_hidden_cells(b);
  add_vertices(b);
  add_cells(b);
  return {std::move(b.mesh), std::move(b.seam_indices)};
}

}  // namespace portrait_depth
