// Resizing of whole pictures and planes.
#pragma once

#include "portrait_depth/image.hpp"
#include "portrait_depth/thread_pool.hpp"

namespace portrait_depth {

/// Resizes by area averaging where it shrinks, bilinearly where it grows, in linear light. RGB.
Image resize_picture(ImageView picture, int width, int height, ThreadPool& threads);
/// The same for a plane of numbers; NaN does not count where there is anything else.
Plane<float> resize_plane(PlaneView<const float> plane, int width, int height, ThreadPool& threads);

}  // namespace portrait_depth
