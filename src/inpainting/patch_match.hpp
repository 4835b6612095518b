// Fills a hole of a picture with what stands around it.
#pragma once

#include "portrait_depth/image.hpp"
#include "portrait_depth/progress.hpp"
#include "portrait_depth/thread_pool.hpp"

namespace portrait_depth {

inline constexpr int kLargestFill = 32767;  ///< Pixels a side: places of patches are kept in 16 bits.

/// `picture` is RGB; the pixels where `hole` is not 0 get new colors, made of patches of the others so that
/// every small neighborhood looks like one of the picture. Where a picture has hardly anything else, the
/// colors run on smoothly; where it has nothing else, it stays as it is. No side is above kLargestFill.
/// Fully determined by the input, whatever the number of threads. Throws ErrorCode::stopped on request.
void fill_hole(Image& picture, const Plane<std::uint8_t>& hole, ThreadPool& threads,
               const Progress& progress = {});

}  // namespace portrait_depth
