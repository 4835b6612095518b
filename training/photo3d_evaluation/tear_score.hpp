// A score of torn pictures that needs no true view: the share of a frame's pixels that look like no place of
// the photo from where the camera can have brought them.
#pragma once

#include <cstdint>

#include "portrait_depth/image.hpp"
#include "portrait_depth/thread_pool.hpp"

namespace portrait_depth {

struct TearOptions {
  float zoom = 1;       ///< The frame's zoom into the photo, which is undone first.
  float reach = 0.12f;  ///< Largest movement of a point between photo and frame, of the frame's longer side.
};

/// One value a pixel of the frame: 1 where its 5 x 5 neighborhood has an edge (two values of a channel at
/// least 40 of 255 apart) and occurs at no place of the photo within `reach`, else 0. A neighborhood occurs
/// where each of its colors is within the range of the photo's 3 x 3 pixels there, widened by 10 of 255.
/// `photo` and `frame` are RGB; the photo is cropped around its middle to the frame's shape, as at rest.
Plane<std::uint8_t> find_torn_pixels(ImageView photo, ImageView frame, const TearOptions& options,
                                     ThreadPool& threads);

/// The share of torn pixels, 0..1.
double tear_score(const Plane<std::uint8_t>& torn);

/// The zoom between 1 and 1.3 that brings the photo's middle closest to the frame.
float estimate_zoom(ImageView photo, ImageView frame, ThreadPool& threads);

}  // namespace portrait_depth
