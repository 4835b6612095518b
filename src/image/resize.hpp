// Resampling of whole pictures and planes.
#pragma once

#include "portrait_depth/image.hpp"
#include "portrait_depth/thread_pool.hpp"

namespace portrait_depth {

/// Shrinks by area averaging and enlarges bilinearly, in linear light. Returns RGB.
Image resize_picture(ImageView picture, int width, int height, ThreadPool& threads);
/// The same for a plane of numbers. Values that are not finite have no weight; the result is NaN where all
/// are.
Plane<float> resize_plane(PlaneView<const float> plane, int width, int height, ThreadPool& threads);

}  // namespace portrait_depth
