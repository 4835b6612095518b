#include "depth/surface_normals.hpp"

#include <cmath>

#include "camera/vector.hpp"
#include "portrait_depth/segmentation.hpp"

namespace portrait_depth {
namespace {

/// Faces the camera: z is negative.
Vec3 normal_of(const Vec3& across, const Vec3& down) {
  const Vec3 n = cross(down, across);
  const float length = std::sqrt(dot(n, n));
  if (!(length > 0)) return {0, 0, -1};
  return {n.x / length, n.y / length, n.z / length};
}

}  // namespace

Plane<Vec3> surface_normals(PlaneView<const float> metres, PlaneView<const float> mask,
                            const Intrinsics& intrinsics) {
  const int width = metres.width(), height = metres.height();
  Plane<Vec3> result(width, height);
  const auto is_surface = [&](int x, int y) {
    return x >= 0 && y >= 0 && x < width && y < height && mask(x, y) > 0;
  };
  const auto point = [&](int x, int y) {
    return intrinsics.unproject(static_cast<float>(x) + 0.5f, static_cast<float>(y) + 0.5f, metres(x, y));
  };
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      if (!(mask(x, y) >= kPersonMask)) continue;
      const int left = is_surface(x - 1, y) ? x - 1 : x, right = is_surface(x + 1, y) ? x + 1 : x;
      const int above = is_surface(x, y - 1) ? y - 1 : y, below = is_surface(x, y + 1) ? y + 1 : y;
      result(x, y) = normal_of(point(right, y) - point(left, y), point(x, below) - point(x, above));
    }
  return result;
}

}  // namespace portrait_depth
