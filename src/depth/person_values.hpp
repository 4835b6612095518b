// Order statistics of the person's pixels.
#pragma once

#include <vector>

#include "portrait_depth/image.hpp"

namespace portrait_depth {

/// Writes the finite values of `plane` where `mask` >= kPersonMask into `values`, row by row. Both planes
/// have the same size.
void gather_person_values(PlaneView<const float> plane, PlaneView<const float> mask,
                          std::vector<float>& values);

/// The value at rank `share` x (count - 1), rounded down: 0 is the smallest value, 1 the largest. `values`
/// has at least one entry; its order changes.
float quantile(std::vector<float>& values, float share);

/// The median of the person's values (of two middle values the larger), or `without_person` if no pixel
/// belongs to a person.
float person_median(PlaneView<const float> plane, PlaneView<const float> mask, float without_person);

}  // namespace portrait_depth
