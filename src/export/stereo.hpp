// Views for several eyes, and how they share a picture.
#pragma once

#include <vector>

#include "portrait_depth/export.hpp"

namespace portrait_depth {

/// Red from the left eye's view, green and blue from the right one's, mixed so that each eye receives nearly
/// the true brightness and little of the other's picture. All three have one size; RGB.
void compose_anaglyph(ImageView left, ImageView right, Image& result);

/// Copies a view's `width` columns from `first_column`, rows from `first_row`, into a picture at (x, y).
void place_view(ImageView view, int first_column, int first_row, int width, int height, int x, int y,
                Image& picture);

/// The crop of two parallel views in which points at `distance_metres` fall on the same pixels: views are
/// drawn `margin` pixels wider at both sides (and higher, in proportion), and an eye `offset_metres` to the
/// right takes its part shifted by shift_pixels.
int shift_pixels(float offset_metres, float distance_metres, float focal_pixels);

}  // namespace portrait_depth
