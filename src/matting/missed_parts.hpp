// What a person's mask leaves out: hair, a headband, the rim of a collar.
#pragma once

#include "portrait_depth/image.hpp"
#include "portrait_depth/thread_pool.hpp"

namespace portrait_depth {

/// Raises `alpha` (the photo's size, 0..1) just outside the mask where the photo's color is far from those
/// of the background around and nothing of that color goes on into the background. What is left out would
/// stay behind as a ghost when the person moves. Where the background is motley, nothing is far from it and
/// the mask stays as it is.
void add_missed_parts(ImageView photo, Plane<float>& alpha, ThreadPool& threads);

}  // namespace portrait_depth
