#include "depth/person_values.hpp"

#include <algorithm>
#include <cmath>

#include "portrait_depth/segmentation.hpp"

namespace portrait_depth {

void gather_person_values(PlaneView<const float> plane, PlaneView<const float> mask,
                          std::vector<float>& values) {
  values.clear();
  values.reserve(static_cast<std::size_t>(plane.width()) * static_cast<std::size_t>(plane.height()));
  for (int y = 0; y < plane.height(); ++y) {
    const float *const row = plane.row(y), *const mask_row = mask.row(y);
    for (int x = 0; x < plane.width(); ++x)
      if (mask_row[x] >= kPersonMask && std::isfinite(row[x])) values.push_back(row[x]);
  }
}

float quantile(std::vector<float>& values, float share) {
  const auto nth =
      values.begin() + static_cast<std::ptrdiff_t>(share * static_cast<float>(values.size() - 1));
  std::nth_element(values.begin(), nth, values.end());
  return *nth;
}

float person_median(PlaneView<const float> plane, PlaneView<const float> mask, float without_person) {
  std::vector<float> values;
  gather_person_values(plane, mask, values);
  if (values.empty()) return without_person;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace portrait_depth
