// Box blur: its cost does not depend on the radius.
#pragma once

#include "image/rgb.hpp"
#include "portrait_depth/image.hpp"
#include "portrait_depth/thread_pool.hpp"

namespace portrait_depth {

/// `passes` running means of 2 radius + 1 values along rows, then as many along columns. Three approximate a
/// Gaussian. Border values continue beyond the border.
void box_blur(Plane<Rgb>& values, int radius, int passes, ThreadPool& threads);

}  // namespace portrait_depth
