// PatchMatch on one size of the picture.
#pragma once

#include "inpainting/patch_pyramid.hpp"
#include "portrait_depth/progress.hpp"
#include "portrait_depth/thread_pool.hpp"

namespace portrait_depth {

/// Finds the most similar source patch for every patch that touches the hole, and gives each pixel of the
/// hole the weighted mean of the colors that those patches propose. `level` has source patches; `coarse` is
/// the coarser level, or null on the coarsest one. The result does not depend on the number of threads.
/// Throws ErrorCode::stopped on request.
void run_patch_match(const PyramidLevel* coarse, PyramidLevel& level, ThreadPool& threads,
                     const Progress& progress);

}  // namespace portrait_depth
