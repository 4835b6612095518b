#include "matting/matte.hpp"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "image/distance_transform.hpp"
#include "image/flood_fill.hpp"

namespace portrait_depth {
namespace {

// A veil of the old background would go along with the person.
void cut_haze(Plane<float>& alpha) {
  constexpr float kHaze = 0.06f, kSure = 0.94f;
  for (float& value : alpha.values())
    value = std::isfinite(value) ? std::clamp((value - kHaze) / (kSure - kHaze), 0.0f, 1.0f) : 0.0f;
}

// A spot of soft pixels that no bare one bounds lies inside the person. Corners at which sure pixels touch
// are closed.
void close_pale_spots(Plane<float>& alpha) {
  Plane<std::uint8_t> seen(alpha.width(), alpha.height(), 0);
  std::vector<std::pair<int, int>> front, spot;
  for (int y = 0; y < alpha.height(); ++y)
    for (int x = 0; x < alpha.width(); ++x) {
      bool is_open = false;
      const auto take = [&](int u, int v) {
        is_open = is_open || alpha(u, v) <= 0;
        if (seen(u, v) != 0 || alpha(u, v) <= 0 || alpha(u, v) >= 1) return false;
        seen(u, v) = 1;
        spot.emplace_back(u, v);
        return true;
      };
      if (!take(x, y)) continue;
      front = spot;
      flood<Neighbors::four>(front, alpha.width(), alpha.height(), take);
      if (!is_open)
        for (const auto& [u, v] : spot) alpha(u, v) = 1;
      spot.clear();
    }
}

template <class Holds>
Plane<std::uint8_t> where(const Plane<float>& alpha, Holds&& holds) {
  Plane<std::uint8_t> result(alpha.width(), alpha.height());
  for (int y = 0; y < alpha.height(); ++y)
    for (int x = 0; x < alpha.width(); ++x) result(x, y) = holds(alpha(x, y));
  return result;
}

// A band of soft pixels is hair or an edge out of focus; a wide field of them is a network that does not
// know. There, the closer of 0 and 1 is the better answer than something the wall shines through.
void decide_wide_fields(Plane<float>& alpha) {
  constexpr float kSoftBand = 0.025f;  // of the longer side
  constexpr float kMostContrast = 6;
  constexpr float kLeastBand = 4;  // pixels
  const float band =
      std::max(kLeastBand, kSoftBand * static_cast<float>(std::max(alpha.width(), alpha.height())));
  const Plane<float> from_person = distance_to(where(alpha, [](float value) { return value >= 1; }));
  const Plane<float> from_wall = distance_to(where(alpha, [](float value) { return value <= 0; }));
  for (int y = 0; y < alpha.height(); ++y)
    for (int x = 0; x < alpha.width(); ++x) {
      const float width = from_person(x, y) + from_wall(x, y);
      const float contrast = std::clamp(1 + (kMostContrast - 1) * (width - band) / band, 1.0f, kMostContrast);
      alpha(x, y) = std::clamp(0.5f + (alpha(x, y) - 0.5f) * contrast, 0.0f, 1.0f);
    }
}

}  // namespace

void clean_matte(Plane<float>& alpha) {
  cut_haze(alpha);
  close_pale_spots(alpha);
  decide_wide_fields(alpha);
}

}  // namespace portrait_depth
