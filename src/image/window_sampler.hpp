// A window of a picture, resampled to a network's input size.
#pragma once

#include <span>
#include <vector>

#include "portrait_depth/image.hpp"

namespace portrait_depth {

/// The picture's pixels in one result pixel, along one axis.
struct WindowTaps {
  int first = 0;   ///< Pixel of the picture.
  int count = 0;   ///< 0 outside the picture.
  int weight = 0;  ///< Index of the first weight.
};

/// Resamples windows of pictures by area averaging: each result pixel is the mean of the picture under it. If
/// it is smaller than a pixel of the picture, the mean covers one pixel's width around its middle (linear
/// interpolation). Outside the picture, colors and mask are 0. Keeps its work memory: warm, it allocates
/// nothing for pictures of one size.
class WindowSampler {
 public:
  /// Writes three planes of width x height, one after the other: red, green and blue, sRGB values 0..1.
  /// `planes` holds 3 * width * height floats. Alpha is ignored. Throws ErrorCode::invalid_argument for an
  /// empty picture, or if the size of `planes` differs.
  void sample(ImageView image, const Box& window, int width, int height, std::span<float> planes);
  /// The same with the picture multiplied by the mask (of the picture's size), and the mask as the fourth
  /// plane: `planes` holds 4 * width * height floats.
  void sample_masked(ImageView image, PlaneView<const float> mask, const Box& window, int width, int height,
                     std::span<float> planes);

 private:
  struct Axis {
    std::vector<WindowTaps> taps;
    std::vector<float> weights;
    int begin = 0, end = 0;  ///< The used pixels of the picture.
    void plan(float start, float length, int source_size, int size);
  };

  void run(ImageView image, PlaneView<const float> mask, const Box& window, int width, int height,
           std::span<float> planes);

  Axis across_, down_;
  std::vector<float> row_sums_;  ///< Red, green, blue and mask of each used pixel of a row.
};

}  // namespace portrait_depth
