// The least function above the inverse depths with a bounded slope. Both passes are those of the chamfer
// distance: G. Borgefors, Distance Transformations in Digital Images, 1986.
#include "photo3d/relief_slope.hpp"

#include <algorithm>
#include <cmath>

namespace portrait_depth {
namespace {

constexpr float kPathReach = 0.054f;   // of the head's distance: the largest movement of `orbit`, aside
constexpr float kMostStretch = 0.75f;  // a texel may grow by this share at the end of that movement

// The inverse depths with the drop that is allowed from one vertex to the next.
struct Relief {
  Plane<float> inverse;
  float straight, diagonal;

  void raise(int i, int j, int u, int v) {
    if (u < 0 || v < 0 || u >= inverse.width() || v >= inverse.height()) return;
    const float drop = u == i || v == j ? straight : diagonal;
    inverse(i, j) = std::max(inverse(i, j), inverse(u, v) - drop);
  }
};

void pass_down(Relief& relief) {
  for (int j = 0; j < relief.inverse.height(); ++j)
    for (int i = 0; i < relief.inverse.width(); ++i) {
      if (!(relief.inverse(i, j) > 0)) continue;
      relief.raise(i, j, i - 1, j);
      for (int u = i - 1; u <= i + 1; ++u) relief.raise(i, j, u, j - 1);
    }
}

void pass_up(Relief& relief) {
  for (int j = relief.inverse.height() - 1; j >= 0; --j)
    for (int i = relief.inverse.width() - 1; i >= 0; --i) {
      if (!(relief.inverse(i, j) > 0)) continue;
      relief.raise(i, j, i + 1, j);
      for (int u = i - 1; u <= i + 1; ++u) relief.raise(i, j, u, j + 1);
    }
}

}  // namespace

void limit_relief_slope(DepthGrid& grid, float focal_length, float head_metres, float relief) {
  // A point at inverse depth q moves by focal_length x movement x q.
  const float movement = kPathReach * head_metres * std::max(relief, 1.0f);
  Relief limited{grid.z, kMostStretch * static_cast<float>(grid.step) / (focal_length * movement), 0};
  limited.diagonal = std::sqrt(2.0f) * limited.straight;
  for (float& z : limited.inverse.values()) z = z > 0 ? 1 / z : 0;
  pass_down(limited);
  pass_up(limited);
  for (int j = 0; j < grid.rows(); ++j)
    for (int i = 0; i < grid.columns(); ++i)
      if (const float inverse = limited.inverse(i, j); inverse * grid.z(i, j) > 1) grid.z(i, j) = 1 / inverse;
}

}  // namespace portrait_depth
