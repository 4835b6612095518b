// The seam between an inpainted hole and its surroundings.
#pragma once

#include "inpainting/patch_pyramid.hpp"
#include "portrait_depth/thread_pool.hpp"

namespace portrait_depth {

/// Replaces the coarse colors of the hole by a membrane through the colors around it, and keeps the fine
/// details that PatchMatch found. Details are smaller than 3 % of the longer side. They start at zero along
/// the hole's rim, so that no seam shows, and fade where they would form a halo beside the edge of a large
/// object.
void blend_details(PyramidLevel& level, ThreadPool& threads);

}  // namespace portrait_depth
