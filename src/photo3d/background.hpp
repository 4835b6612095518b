// The picture that stands behind the person.
#pragma once

#include "portrait_depth/image.hpp"
#include "portrait_depth/photo3d.hpp"
#include "portrait_depth/thread_pool.hpp"

namespace portrait_depth {

/// RGB of the photo's size (one pixel for a colour; empty for a transparent background). `alpha` is the
/// person's.
Image make_background(ImageView photo, PlaneView<const float> alpha, const Background& background,
                      ThreadPool& threads, const Progress& progress = {});

/// Resizes by area averaging where it shrinks, bilinearly where it grows, in linear light. RGB.
Image resize_picture(ImageView picture, int width, int height, ThreadPool& threads);
/// The same for a plane of numbers; NaN does not count where there is anything else.
Plane<float> resize_plane(PlaneView<const float> plane, int width, int height, ThreadPool& threads);

}  // namespace portrait_depth
