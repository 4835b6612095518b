// The part of the picture that the depth network gets.
#pragma once

#include "portrait_depth/image.hpp"

namespace portrait_depth {

/// The margin around the person on each side, as a share of the box's longer side.
inline constexpr float kCropMargin = 0.05f;

/// The crop that follows the person: the person's box with kCropMargin around it, extended about its middle
/// to `aspect` (width over height). It may reach beyond the picture; that part is background. The people
/// generator frames its people by the same rule.
Box crop_around_person(const Box& person, float aspect);

}  // namespace portrait_depth
