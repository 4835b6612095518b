#include "scene/alpha_split.hpp"

#include <algorithm>
#include <cmath>

namespace portrait_depth {
namespace {

constexpr int kOpaqueAlpha = 250;  // the least alpha inside the person despite a matte's noise
// Pixels around a triangle: bilinear filtering reads one of them, mipmaps down to a sixteenth of the size
// read sixteen.
constexpr int kFilterMargin = 1, kMipmapMargin = 16;

constexpr std::uint8_t kFlat = 128;

struct PixelBox {
  int left, top, right, bottom;  // inclusive
};

PixelBox pixels_under(const Mesh& mesh, const std::uint32_t* corners, const Image& texture, int margin) {
  float left = 1, top = 1, right = 0, bottom = 0;
  for (int i = 0; i < 3; ++i) {
    const auto [u, v] = mesh.texture_coordinates[corners[i]];
    left = std::min(left, u), right = std::max(right, u);
    top = std::min(top, v), bottom = std::max(bottom, v);
  }
  const auto pixel = [](float at, int size, int move) {
    const float moved = std::floor(at * static_cast<float>(size)) + static_cast<float>(move);
    return static_cast<int>(std::clamp(moved, 0.0f, static_cast<float>(size - 1)));
  };
  return {pixel(left, texture.width(), -margin), pixel(top, texture.height(), -margin),
          pixel(right, texture.width(), margin), pixel(bottom, texture.height(), margin)};
}

std::vector<std::uint32_t> far_to_near(const Mesh& mesh, const std::vector<std::uint32_t>& triangles) {
  const auto distance = [&](std::size_t first) {
    return mesh.positions[triangles[first]].z + mesh.positions[triangles[first + 1]].z +
           mesh.positions[triangles[first + 2]].z;
  };
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i + 2 < triangles.size(); i += 3) order.push_back(i);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return distance(a) > distance(b); });
  std::vector<std::uint32_t> sorted;
  sorted.reserve(triangles.size());
  for (const std::size_t i : order)
    sorted.insert(sorted.end(), {triangles[i], triangles[i + 1], triangles[i + 2]});
  return sorted;
}

}  // namespace

AlphaSplit split_by_alpha(const Mesh& mesh, const Image& texture) {
  AlphaSplit split;
  if (texture.channels() == 3) {
    split.opaque = mesh.indices;
    return split;
  }
  for (std::size_t i = 0; i + 2 < mesh.indices.size(); i += 3) {
    const std::uint32_t* corners = mesh.indices.data() + i;
    const PixelBox box = pixels_under(mesh, corners, texture, kFilterMargin);
    int least = 255, most = 0;
    for (int y = box.top; y <= box.bottom; ++y)
      for (int x = box.left; x <= box.right; ++x) {
        const int alpha = texture.pixel(x, y)[3];
        least = std::min(least, alpha);
        most = std::max(most, alpha);
      }
    if (most == 0) continue;
    auto& part = least >= kOpaqueAlpha ? split.opaque : split.rim;
    part.insert(part.end(), corners, corners + 3);
  }
  split.rim = far_to_near(mesh, split.rim);
  return split;
}

Image texture_under(const Mesh& mesh, const std::vector<std::uint32_t>& triangles, const Image& texture,
                    int channels) {
  Plane<std::uint8_t> shown(texture.width(), texture.height(), 0);
  for (std::size_t i = 0; i + 2 < triangles.size(); i += 3) {
    const PixelBox box = pixels_under(mesh, triangles.data() + i, texture, kMipmapMargin);
    for (int y = box.top; y <= box.bottom; ++y)
      std::fill(shown.row(y) + box.left, shown.row(y) + box.right + 1, 1);
  }
  Image result(texture.width(), texture.height(), channels);
  for (int y = 0; y < texture.height(); ++y)
    for (int x = 0; x < texture.width(); ++x) {
      const std::uint8_t* from = texture.pixel(x, y);
      const int alpha = texture.channels() == 4 ? from[3] : 255;
      std::uint8_t* to = result.pixel(x, y);
      if (shown(x, y) != 0) {
        std::copy(from, from + 3, to);
      } else {
        std::fill(to, to + 3, kFlat);
      }
      if (channels == 4) to[3] = static_cast<std::uint8_t>(shown(x, y) != 0 ? alpha : alpha < 128 ? 0 : 255);
    }
  return result;
}

}  // namespace portrait_depth
