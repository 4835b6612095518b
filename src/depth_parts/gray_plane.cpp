#include "depth_parts/gray_plane.hpp"

#include "portrait_depth/error.hpp"

namespace portrait_depth::io {

void GrayBudget::take(std::int64_t width, std::int64_t height, const std::string& name) {
  if (width <= 0 || height <= 0 || width > pixels_ || height > pixels_ / width)
    throw Error(ErrorCode::too_large, name + ": too large: depth and mattes inside of more than " +
                                          std::to_string(kMostGrayPixels / 1'000'000) +
                                          " megapixels. Get the file anew.");
  pixels_ -= width * height;
}

Plane<float> made_upright(Plane<float> plane, int orientation) {
  if (orientation <= 1) return plane;
  const int width = plane.width(), height = plane.height();
  const bool is_turned = orientation >= 5;
  Plane<float> upright(is_turned ? height : width, is_turned ? width : height);
  for (int y = 0; y < upright.height(); ++y)
    for (int x = 0; x < upright.width(); ++x) {
      int from_x = is_turned ? y : x, from_y = is_turned ? x : y;
      if (orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8)
        from_x = width - 1 - from_x;
      if (orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7)
        from_y = height - 1 - from_y;
      upright(x, y) = plane(from_x, from_y);
    }
  return upright;
}

}  // namespace portrait_depth::io
