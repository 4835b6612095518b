// The distribution of the background's colors around every pixel.
#pragma once

#include <array>

#include "image/rgb.hpp"
#include "portrait_depth/image.hpp"

namespace portrait_depth {

/// A normal distribution of colors (sRGB 0..1) with some noise added. P. C. Mahalanobis, On the Generalized
/// Distance in Statistics, 1936.
struct ColorDistribution {
  Rgb mean = {};
  std::array<float, 6> inverse_covariance =
      {};  ///< Its upper half, row by row; 0 if too few pixels were known.

  /// Standard deviations between a color and the mean; 0 if too few pixels were known.
  float distance(const Rgb& color) const;
};

Rgb color_at(ImageView picture, int x, int y);

/// One distribution a pixel, from the pixels within `radius` rows and columns whose `from_mask` (the distance
/// to the person's mask, pixels) exceeds `margin`.
Plane<ColorDistribution> background_colors(ImageView picture, const Plane<float>& from_mask, float margin,
                                           int radius);

}  // namespace portrait_depth
