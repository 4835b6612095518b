#include "photo3d/rasteriser.hpp"

#include <algorithm>
#include <cmath>

namespace portrait_depth {
namespace {

// Twice the signed area of (a, b, p); positive when they run clockwise on a screen with y down.
float edge(const ScreenVertex& a, const ScreenVertex& b, float x, float y) {
  return (b.x - a.x) * (y - a.y) - (b.y - a.y) * (x - a.x);
}

bool is_top_left(const ScreenVertex& a, const ScreenVertex& b) { return b.y < a.y || (b.y == a.y && b.x > a.x); }

}  // namespace

void VisibilityBuffer::clear(int width, int height) {
  inv_z.resize(width, height, 0.0f);
  triangle.resize(width, height, kNoTriangle);
}

Barycentric barycentric_at(const ScreenVertex& a, const ScreenVertex& b, const ScreenVertex& c, float x, float y) {
  const float wa = edge(b, c, x, y) * a.inv_z, wb = edge(c, a, x, y) * b.inv_z, wc = edge(a, b, x, y) * c.inv_z;
  const float scale = 1.0f / (wa + wb + wc);
  return {wa * scale, wb * scale, wc * scale};
}

void draw(std::span<const ScreenVertex> vertices, std::span<const std::uint32_t> indices, const DrawOptions& options,
          VisibilityBuffer& target) {
  const int width = target.inv_z.width(), height = target.inv_z.height();
  for (std::size_t t = 0; t + 2 < indices.size(); t += 3) {
    const ScreenVertex *a = &vertices[indices[t]], *b = &vertices[indices[t + 1]], *c = &vertices[indices[t + 2]];
    if (!(a->inv_z > 0 && b->inv_z > 0 && c->inv_z > 0)) continue;
    float area = edge(*a, *b, c->x, c->y);
    if (!(std::abs(area) > 0) || (area < 0 && options.cull == Cull::back)) continue;
    const bool swapped = area < 0;
    if (swapped) {
      std::swap(b, c);
      area = -area;
    }
    // Sample centres at +0.5: the first column whose centre is not left of the box, the last not right of it.
    const float x_low = std::min({a->x, b->x, c->x}), x_high = std::max({a->x, b->x, c->x});
    const float y_low = std::min({a->y, b->y, c->y}), y_high = std::max({a->y, b->y, c->y});
    const int x0 = static_cast<int>(std::ceil(std::clamp(x_low - 0.5f, 0.0f, static_cast<float>(width))));
    const int x1 = static_cast<int>(std::floor(std::clamp(x_high - 0.5f, -1.0f, static_cast<float>(width - 1))));
    const int y0 = static_cast<int>(std::ceil(std::clamp(y_low - 0.5f, 0.0f, static_cast<float>(height))));
    const int y1 = static_cast<int>(std::floor(std::clamp(y_high - 0.5f, -1.0f, static_cast<float>(height - 1))));
    const bool own_a = is_top_left(*b, *c), own_b = is_top_left(*c, *a), own_c = is_top_left(*a, *b);
    const auto id = options.first_triangle + static_cast<std::uint32_t>(t / 3);
    const float inv_area = 1.0f / area;
    for (int y = y0; y <= y1; ++y) {
      const float py = static_cast<float>(y) + 0.5f;
      float* inv_z_row = target.inv_z.row(y);
      std::uint32_t* triangle_row = target.triangle.row(y);
      for (int x = x0; x <= x1; ++x) {
        const float px = static_cast<float>(x) + 0.5f;
        const float wa = edge(*b, *c, px, py), wb = edge(*c, *a, px, py), wc = edge(*a, *b, px, py);
        if (!((wa > 0 || (wa == 0 && own_a)) && (wb > 0 || (wb == 0 && own_b)) && (wc > 0 || (wc == 0 && own_c)))) continue;
        const float inv_z = (wa * a->inv_z + wb * b->inv_z + wc * c->inv_z) * inv_area;
        if (!(inv_z > inv_z_row[x])) continue;
        if (options.test != nullptr) {
          const float scale = inv_area / inv_z;
          Barycentric weights{wa * a->inv_z * scale, wb * b->inv_z * scale, wc * c->inv_z * scale};
          if (swapped) std::swap(weights.b, weights.c);
          if (!(*options.test)(id, weights, x, y)) continue;
        }
        inv_z_row[x] = inv_z;
        triangle_row[x] = id;
      }
    }
  }
}

}  // namespace portrait_depth
