// The texture of the background's plane.
#pragma once

#include "portrait_depth/background.hpp"
#include "portrait_depth/image.hpp"
#include "portrait_depth/progress.hpp"
#include "portrait_depth/thread_pool.hpp"

namespace portrait_depth {

/// Returns RGB of the photo's size; one pixel for a color, empty for a transparent background. `alpha` is the
/// person's matte, of the photo's size. Throws ErrorCode::invalid_argument for an empty picture of kind
/// `picture`.
Image make_background(ImageView photo, PlaneView<const float> alpha, const Background& background,
                      ThreadPool& threads, const Progress& progress = {});

}  // namespace portrait_depth
