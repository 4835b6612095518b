#include "scene/subdivide.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <unordered_map>

#include "camera/vector.hpp"

namespace portrait_depth {
namespace {

constexpr std::uint32_t kWhole = 0xFFFFFFFF;

// One round: each side that is too long gets a vertex in its middle.
class Halving {
 public:
  Halving(Mesh& mesh, int width, int height, float texels)
      : mesh_(mesh),
        width_(static_cast<float>(width)),
        height_(static_cast<float>(height)),
        texels_(texels) {}

  /// Returns false if no side was too long.
  bool run() {
    std::vector<std::uint32_t> triangles;
    triangles.reserve(mesh_.indices.size());
    triangles.swap(mesh_.indices);
    for (std::size_t i = 0; i + 2 < triangles.size(); i += 3)
      split({triangles[i], triangles[i + 1], triangles[i + 2]});
    return !middles_.empty();
  }

 private:
  bool is_long(std::uint32_t a, std::uint32_t b) const {
    const auto &p = mesh_.texture_coordinates[a], &q = mesh_.texture_coordinates[b];
    return std::hypot((p[0] - q[0]) * width_, (p[1] - q[1]) * height_) > texels_;
  }

  // The vertex in the middle of a side, or kWhole.
  std::uint32_t middle(std::uint32_t a, std::uint32_t b) {
    if (!is_long(a, b)) return kWhole;
    const auto [low, high] = std::minmax(a, b);
    const auto [place, is_new] = middles_.try_emplace(std::uint64_t{low} << 32 | high,
                                                      static_cast<std::uint32_t>(mesh_.positions.size()));
    if (is_new) {
      mesh_.positions.push_back(0.5f * (mesh_.positions[low] + mesh_.positions[high]));
      const auto p = mesh_.texture_coordinates[low], q = mesh_.texture_coordinates[high];
      mesh_.texture_coordinates.push_back({(p[0] + q[0]) / 2, (p[1] + q[1]) / 2});
    }
    return place->second;
  }

  void add(std::uint32_t a, std::uint32_t b, std::uint32_t c) {
    mesh_.indices.insert(mesh_.indices.end(), {a, b, c});
  }

  // Side k runs from corner k to the next one.
  void split(std::array<std::uint32_t, 3> corner) {
    std::array<std::uint32_t, 3> half{};
    for (std::size_t k = 0; k < 3; ++k) half[k] = middle(corner[k], corner[(k + 1) % 3]);
    const auto halves = 3 - std::count(half.begin(), half.end(), kWhole);
    if (halves == 0) return add(corner[0], corner[1], corner[2]);
    // Rotates the corners: the first side is halved, and the last one is whole if any side is.
    std::size_t first = 0;
    while (half[first] == kWhole || (halves == 2 && half[(first + 2) % 3] != kWhole)) ++first;
    std::rotate(corner.begin(), corner.begin() + static_cast<std::ptrdiff_t>(first), corner.end());
    std::rotate(half.begin(), half.begin() + static_cast<std::ptrdiff_t>(first), half.end());
    const auto [a, b, c] = corner;
    if (halves == 1) {
      add(a, half[0], c);
      add(half[0], b, c);
    } else if (halves == 2) {
      add(half[0], b, half[1]);
      add(a, half[0], half[1]);
      add(a, half[1], c);
    } else {
      add(a, half[0], half[2]);
      add(half[0], b, half[1]);
      add(half[2], half[1], c);
      add(half[0], half[1], half[2]);
    }
  }

  Mesh& mesh_;
  float width_, height_, texels_;
  std::unordered_map<std::uint64_t, std::uint32_t> middles_;
};

}  // namespace

Mesh subdivide(Mesh mesh, int width, int height, float texels) {
  while (Halving(mesh, width, height, texels).run()) {
  }
  return mesh;
}

}  // namespace portrait_depth
