#include "scene.hpp"

namespace portrait_depth::people {

CameraPlacement look_along(Vec3 position, Vec3 forward, float roll) {
  const Vec3 z = normalized(forward);
  const Vec3 right = normalized(cross(z, Vec3{0, 1, 0}));
  const Vec3 down = cross(z, right);
  const float c = std::cos(roll), s = std::sin(roll);
  return {{right * c + down * s, down * c - right * s, z}, position};
}

}  // namespace portrait_depth::people
