// Based on: G. Turk, The PLY Polygon File Format, 1994.
#include "scene/ply.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <string>

#include "camera/intrinsics.hpp"
#include "scene/coordinates.hpp"
#include "scene/subdivide.hpp"

namespace portrait_depth {
namespace {

static_assert(std::endian::native == std::endian::little,
              "the file's byte order is written as it lies in memory");

static_assert(sizeof(Vec3) == 12);

// The longest side of a triangle in texels, because only vertices have colors. A cell of two texels stays
// whole: its diagonal is 2.83 texels.
constexpr float kPersonTexels = 3, kBackgroundTexels = 6;

using Rgba = std::array<std::uint8_t, 4>;

struct Surface {
  std::vector<Vec3> positions;
  std::vector<Rgba> colors;
  std::vector<std::uint32_t> triangles;
};

// Bilinear interpolation of the four pixels around a point; colors are weighted by their alpha.
Rgba color_at(const Image& texture, const std::array<float, 2>& uv) {
  const float x = std::clamp(uv[0] * static_cast<float>(texture.width()) - 0.5f, 0.0f,
                             static_cast<float>(texture.width() - 1));
  const float y = std::clamp(uv[1] * static_cast<float>(texture.height()) - 0.5f, 0.0f,
                             static_cast<float>(texture.height() - 1));
  const int left = static_cast<int>(x), top = static_cast<int>(y);
  std::array<float, 4> sum = {};
  for (int i = 0; i < 4; ++i) {
    const int column = std::min(left + i % 2, texture.width() - 1),
              row = std::min(top + i / 2, texture.height() - 1);
    const float across = x - static_cast<float>(left), down = y - static_cast<float>(top);
    const float weight = (i % 2 != 0 ? across : 1 - across) * (i / 2 != 0 ? down : 1 - down);
    const std::uint8_t* pixel = texture.pixel(column, row);
    const float alpha = weight * (texture.channels() == 4 ? static_cast<float>(pixel[3]) : 255.0f);
    for (std::size_t c = 0; c < 3; ++c) sum[c] += alpha * static_cast<float>(pixel[c]);
    sum[3] += alpha;
  }
  Rgba color = {0, 0, 0, static_cast<std::uint8_t>(std::lround(sum[3]))};
  if (sum[3] > 0)
    for (std::size_t c = 0; c < 3; ++c) color[c] = static_cast<std::uint8_t>(std::lround(sum[c] / sum[3]));
  return color;
}

void append(const Mesh& scene_mesh, const Image& texture, float texels, const GltfFromPhoto& y_up,
            Surface& surface) {
  const Mesh mesh = subdivide(scene_mesh, texture.width(), texture.height(), texels);
  constexpr auto kUnused = std::numeric_limits<std::uint32_t>::max();
  std::vector<std::uint32_t> number(mesh.positions.size(), kUnused);
  std::vector<Rgba> colors(mesh.positions.size());
  std::transform(mesh.texture_coordinates.begin(), mesh.texture_coordinates.end(), colors.begin(),
                 [&](const auto& uv) { return color_at(texture, uv); });
  for (std::size_t i = 0; i + 2 < mesh.indices.size(); i += 3) {
    const std::uint32_t* corners = mesh.indices.data() + i;
    if (std::all_of(corners, corners + 3, [&](std::uint32_t v) { return colors[v][3] < 128; })) continue;
    for (std::size_t k = 0; k < 3; ++k) {
      const std::uint32_t v = corners[k];
      if (number[v] == kUnused) {
        number[v] = static_cast<std::uint32_t>(surface.positions.size());
        surface.positions.push_back(y_up(mesh.positions[v]));
        surface.colors.push_back(colors[v]);
      }
      surface.triangles.push_back(number[v]);
    }
  }
}

std::string header(const Surface& surface) {
  return "ply\nformat binary_little_endian 1.0\ncomment made by Portrait Depth; metres, y up\nelement "
         "vertex " +
         std::to_string(surface.positions.size()) +
         "\nproperty float x\nproperty float y\nproperty float z\nproperty uchar red\nproperty uchar green\n"
         "property uchar blue\nproperty uchar alpha\nelement face " +
         std::to_string(surface.triangles.size() / 3) +
         "\nproperty list uchar uint vertex_indices\nend_header\n";
}

}  // namespace

std::vector<std::uint8_t> encode_ply(const SceneView& scene) {
  // The file has no camera, so the points are not sheared.
  const Intrinsics& camera = scene.intrinsics;
  const GltfFromPhoto y_up(centered_camera(camera.width, camera.height, camera.fx));
  Surface surface;
  if (has_background(scene))
    append(*scene.background, *scene.background_texture, kBackgroundTexels, y_up, surface);
  append(*scene.person, *scene.person_texture, kPersonTexels, y_up, surface);
  face_the_camera(surface.positions, surface.triangles);

  const std::string start = header(surface);
  std::vector<std::uint8_t> file(start.begin(), start.end());
  file.reserve(file.size() + surface.positions.size() * 16 + surface.triangles.size() / 3 * 13);
  const auto append_bytes = [&](const void* data, std::size_t size) {
    const auto* bytes = static_cast<const std::uint8_t*>(data);
    file.insert(file.end(), bytes, bytes + size);
  };
  for (std::size_t i = 0; i < surface.positions.size(); ++i) {
    append_bytes(&surface.positions[i], 12);
    append_bytes(surface.colors[i].data(), 4);
  }
  for (std::size_t i = 0; i < surface.triangles.size(); i += 3) {
    file.push_back(3);
    append_bytes(&surface.triangles[i], 12);
  }
  return file;
}

}  // namespace portrait_depth
