// Parts of the person that the mask misses: hair, a headband, the rim of a collar.
#pragma once

#include "portrait_depth/image.hpp"
#include "portrait_depth/thread_pool.hpp"

namespace portrait_depth {

/// Raises `alpha` (the photo's size, 0..1) just outside the mask if the photo's color is far from the colors
/// of the surrounding background and does not continue into the background. A missed part would stay in the
/// background as a ghost when the person moves. In front of a background of many colors no color is far from
/// it, and the mask stays as it is.
void add_missed_parts(ImageView photo, Plane<float>& alpha, ThreadPool& threads);

}  // namespace portrait_depth
