#include "matting/matte.hpp"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "image/distance_transform.hpp"
#include "image/flood_fill.hpp"

namespace portrait_depth {
namespace {

// Haze would move with the person as a veil of the old background.
void remove_haze(Plane<float>& alpha) {
  constexpr float kHaze = 0.06f, kSure = 0.94f;  // alpha that becomes 0 and 1
  for (float& value : alpha.values())
    value = std::isfinite(value) ? std::clamp((value - kHaze) / (kSure - kHaze), 0.0f, 1.0f) : 0.0f;
}

// A connected component of soft pixels (four neighbors) that touches no background pixel lies inside the
// person. Components are separated by sure pixels that touch each other at a corner.
void close_enclosed_regions(Plane<float>& alpha) {
  Plane<std::uint8_t> visited(alpha.width(), alpha.height(), 0);
  std::vector<std::pair<int, int>> front, component;
  for (int y = 0; y < alpha.height(); ++y)
    for (int x = 0; x < alpha.width(); ++x) {
      bool touches_background = false;
      const auto enter = [&](int u, int v) {
        touches_background = touches_background || alpha(u, v) <= 0;
        if (visited(u, v) != 0 || alpha(u, v) <= 0 || alpha(u, v) >= 1) return false;
        visited(u, v) = 1;
        component.emplace_back(u, v);
        return true;
      };
      if (!enter(x, y)) continue;
      front = component;
      flood<Neighbors::four>(front, alpha.width(), alpha.height(), enter);
      if (!touches_background)
        for (const auto& [u, v] : component) alpha(u, v) = 1;
      component.clear();
    }
}

template <class Holds>
Plane<std::uint8_t> pixels_where(const Plane<float>& alpha, Holds&& holds) {
  Plane<std::uint8_t> result(alpha.width(), alpha.height());
  for (int y = 0; y < alpha.height(); ++y)
    for (int x = 0; x < alpha.width(); ++x) result(x, y) = holds(alpha(x, y));
  return result;
}

// The unknown region of the trimap is narrow where it is hair or an edge out of focus. Where it is wide, the
// network is undecided; the nearer of 0 and 1 is better there than a person that the wall shines through.
void decide_wide_regions(Plane<float>& alpha) {
  constexpr float kSoftBand = 0.025f;  // of the longer side: the greatest width of hair and soft edges
  constexpr float kLeastBand = 4;      // pixels
  constexpr float kMostContrast = 6;   // around alpha 0.5
  const float band =
      std::max(kLeastBand, kSoftBand * static_cast<float>(std::max(alpha.width(), alpha.height())));
  const Plane<float> from_person = distance_to(pixels_where(alpha, [](float value) { return value >= 1; }));
  const Plane<float> from_background =
      distance_to(pixels_where(alpha, [](float value) { return value <= 0; }));
  for (int y = 0; y < alpha.height(); ++y)
    for (int x = 0; x < alpha.width(); ++x) {
      const float width = from_person(x, y) + from_background(x, y);
      const float contrast = std::clamp(1 + (kMostContrast - 1) * (width - band) / band, 1.0f, kMostContrast);
      alpha(x, y) = std::clamp(0.5f + (alpha(x, y) - 0.5f) * contrast, 0.0f, 1.0f);
    }
}

// A step from 0 to 1 within one pixel shows that pixel's corners in an enlarged frame. The binomial filter
// makes the outline a curve, two pixels wide, as a lens draws it.
void smooth_outline(Plane<float>& alpha) {
  const int width = alpha.width(), height = alpha.height();
  std::vector<float> above(static_cast<std::size_t>(width)), row = above;
  const auto smoothed = [](float a, float b, float c) { return 0.25f * a + 0.5f * b + 0.25f * c; };
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x)
      row[static_cast<std::size_t>(x)] =
          smoothed(alpha(std::max(x - 1, 0), y), alpha(x, y), alpha(std::min(x + 1, width - 1), y));
    std::copy(row.begin(), row.end(), alpha.row(y));
  }
  for (int y = 0; y < height; ++y) {
    const float* below = alpha.row(std::min(y + 1, height - 1));
    std::copy_n(alpha.row(y), width, row.begin());
    for (int x = 0; x < width; ++x) {
      const auto i = static_cast<std::size_t>(x);
      alpha(x, y) = smoothed(y > 0 ? above[i] : row[i], row[i], below[i]);
    }
    std::swap(above, row);
  }
}

}  // namespace

void clean_matte(Plane<float>& alpha) {
  remove_haze(alpha);
  close_enclosed_regions(alpha);
  decide_wide_regions(alpha);
  smooth_outline(alpha);
}

}  // namespace portrait_depth
