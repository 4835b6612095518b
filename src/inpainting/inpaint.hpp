// Inpainting: a picture with a hole → the picture with new colors in the hole. Input is an RGB picture and a
// mask of the hole, output is the same picture.
#pragma once

#include "portrait_depth/image.hpp"
#include "portrait_depth/progress.hpp"
#include "portrait_depth/thread_pool.hpp"

namespace portrait_depth {

/// Pixels a side of the largest picture: positions of patches have 16 bits.
inline constexpr int kLargestInpaintingSide = 32767;

/// `picture` is RGB. Pixels where `hole` is not 0 get new colors from patches of the other pixels, so that
/// every small neighborhood resembles one of the picture. A picture with too few patches outside the hole is
/// continued smoothly; a picture that is all hole stays as it is. Both sides are at most
/// kLargestInpaintingSide. The result does not depend on the number of threads. Throws ErrorCode::stopped on
/// request.
void inpaint(Image& picture, const Plane<std::uint8_t>& hole, ThreadPool& threads,
             const Progress& progress = {});

}  // namespace portrait_depth
