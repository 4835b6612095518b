#include "image/morphology.hpp"

#include <algorithm>

namespace portrait_depth {
namespace {

// Sets the pixels whose cross holds at least `least` set ones.
Plane<std::uint8_t> with_set_in_cross(const Plane<std::uint8_t>& mask, int least) {
  Plane<std::uint8_t> result(mask.width(), mask.height());
  const auto at = [&](int x, int y) {
    return mask(std::clamp(x, 0, mask.width() - 1), std::clamp(y, 0, mask.height() - 1)) != 0;
  };
  for (int y = 0; y < mask.height(); ++y)
    for (int x = 0; x < mask.width(); ++x) {
      const int count = at(x, y) + at(x - 1, y) + at(x + 1, y) + at(x, y - 1) + at(x, y + 1);
      result(x, y) = count >= least;
    }
  return result;
}

// Dilation of one line: forward, then backward.
template <class IsSet, class Set>
void dilate_line(int length, int radius, IsSet&& is_set, Set&& set) {
  int covered_to = -1;  // the last position within `radius` of a set one
  for (int i = 0; i < length; ++i) {
    if (is_set(i)) covered_to = i + radius;
    if (i <= covered_to) set(i);
  }
  covered_to = length;
  for (int i = length - 1; i >= 0; --i) {
    if (is_set(i)) covered_to = i - radius;
    if (i >= covered_to) set(i);
  }
}

}  // namespace

Plane<std::uint8_t> eroded(const Plane<std::uint8_t>& mask) {
  return with_set_in_cross(mask, 5);
}

Plane<std::uint8_t> dilated(const Plane<std::uint8_t>& mask) {
  return with_set_in_cross(mask, 1);
}

Plane<std::uint8_t> opened(const Plane<std::uint8_t>& mask) {
  return dilated(eroded(mask));
}

void dilate_by_square(Plane<std::uint8_t>& mask, int radius) {
  const int width = mask.width(), height = mask.height();
  Plane<std::uint8_t> along_rows(width, height, 0);
  for (int y = 0; y < height; ++y)
    dilate_line(
        width, radius, [&](int x) { return mask(x, y) != 0; }, [&](int x) { along_rows(x, y) = 1; });
  for (int x = 0; x < width; ++x)
    dilate_line(
        height, radius, [&](int y) { return along_rows(x, y) != 0; }, [&](int y) { mask(x, y) = 1; });
}

}  // namespace portrait_depth
