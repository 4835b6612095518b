#include "image/distance_transform.hpp"

#include <algorithm>

namespace portrait_depth {

Plane<float> distance_to(const Plane<std::uint8_t>& target) {
  constexpr float kFar = 1e6f, kDiagonal = 1.4142f;  // pixels
  const int width = target.width(), height = target.height();
  Plane<float> distance(width, height);
  const auto at = [&](int x, int y) {
    return x < 0 || y < 0 || x >= width || y >= height ? kFar : distance(x, y);
  };
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x)
      distance(x, y) = target(x, y) != 0
                           ? 0
                           : std::min({kFar, at(x - 1, y) + 1, at(x, y - 1) + 1, at(x - 1, y - 1) + kDiagonal,
                                       at(x + 1, y - 1) + kDiagonal});
  for (int y = height - 1; y >= 0; --y)
    for (int x = width - 1; x >= 0; --x)
      distance(x, y) = std::min({distance(x, y), at(x + 1, y) + 1, at(x, y + 1) + 1,
                                 at(x + 1, y + 1) + kDiagonal, at(x - 1, y + 1) + kDiagonal});
  return distance;
}

}  // namespace portrait_depth
