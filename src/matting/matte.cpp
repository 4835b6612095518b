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

// The mean of the 3 x 3 neighbors, weighted 1 2 1 both ways.
Plane<float> binomial(const Plane<float>& plane) {
  const int width = plane.width(), height = plane.height();
  const auto mean = [](float a, float b, float c) { return 0.25f * a + 0.5f * b + 0.25f * c; };
  Plane<float> across(width, height), result(width, height);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x)
      across(x, y) = mean(plane(std::max(x - 1, 0), y), plane(x, y), plane(std::min(x + 1, width - 1), y));
  for (int y = 0; y < height; ++y) {
    const int above = std::max(y - 1, 0), below = std::min(y + 1, height - 1);
    for (int x = 0; x < width; ++x) result(x, y) = mean(across(x, above), across(x, y), across(x, below));
  }
  return result;
}

// Hard steps show the corners of their pixels in an enlarged frame. They become ramps of two pixels. An
// outline whose pixels hold the covered share has few of them and stays.
void smooth_hard_steps(Plane<float>& alpha) {
  constexpr float kHardStep = 0.95f;  // between two pixels side by side
  Plane<float> hard(alpha.width(), alpha.height(), 0.0f);
  const auto mark = [&](int x, int y, int u, int v) {
    if (std::abs(alpha(x, y) - alpha(u, v)) > kHardStep) hard(x, y) = hard(u, v) = 1;
  };
  for (int y = 0; y < alpha.height(); ++y)
    for (int x = 0; x < alpha.width(); ++x) {
      if (x > 0) mark(x, y, x - 1, y);
      if (y > 0) mark(x, y, x, y - 1);
    }
  const Plane<float> smooth = binomial(alpha), nearby = binomial(hard);
  for (int y = 0; y < alpha.height(); ++y)
    for (int x = 0; x < alpha.width(); ++x)
      alpha(x, y) += std::min(1.0f, 2 * nearby(x, y)) * (smooth(x, y) - alpha(x, y));
}

}  // namespace

void clean_matte(Plane<float>& alpha) {
  remove_haze(alpha);
  close_enclosed_regions(alpha);
  decide_wide_regions(alpha);
  smooth_hard_steps(alpha);
}

}  // namespace portrait_depth
