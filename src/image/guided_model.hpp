// Guided filter: brings a small plane of values to a picture's size, with its edges on the picture's edges.
#pragma once

#include <span>
#include <vector>

#include "portrait_depth/image.hpp"

namespace portrait_depth {

struct GuidedModelOptions {
  int radius = 4;  ///< Half the width of a fit's neighborhood, pixels of the small plane.
  /// Variance of the guide (sRGB 0..1) below which color does not determine the values.
  float epsilon = 1e-3f;
  /// Limits each result to the range of the nearest 3 x 3 small values.
  bool keep_range = false;
  /// Where the nearest 5 x 5 small values differ by less than `flat`, color is ignored and the values are
  /// interpolated; from `edge` on, color counts fully. This keeps patterns out of smooth surfaces. Needs
  /// keep_range. If both are equal, color counts everywhere.
  float flat = 0, edge = 0;
};

/// Around every pixel of a small plane, the values are a linear function of the picture's color. Applied to
/// the picture's own pixels, the function gives the values at the picture's size. The small plane covers a
/// window of the picture. Keeps its work memory: warm, it allocates nothing at one size.
class GuidedModel {
 public:
  /// `guide` holds red, green and blue planes, 0..1, of width x height each; `values` and `weights` hold one
  /// plane each. Empty weights are all 1; no weight may be below 1e-3. Throws ErrorCode::invalid_argument if
  /// sizes differ.
  void fit(std::span<const float> guide, std::span<const float> values, std::span<const float> weights,
           int width, int height, const GuidedModelOptions& options);

  /// Sets the small plane's place in the picture, and the columns x_begin..x_end-1 that evaluate_row()
  /// returns. Outside the window its border values continue.
  void place(const Box& window, int picture_width, int x_begin, int x_end);
  /// The values of row `y`. Fastest from top to bottom.
  void evaluate_row(ImageView picture, int y, std::span<float> values);

 private:
  void fit_coefficients(std::span<const float> guide, std::span<const float> values,
                        std::span<const float> weights);
  void smooth_coefficients();
  void find_range(std::span<const float> values);
  void keep_color_to_edges(std::span<const float> values);
  void interleave_coefficients();
  const float* expanded_row(int row);
  /// The smoothed coefficients pixel by pixel, once the fit is done.
  std::vector<float>& cells() { return raw_; }

  int width_ = 0, height_ = 0, planes_ = 0;
  GuidedModelOptions options_;
  std::vector<float> raw_;  ///< Four planes: the weights of red, green, blue, and the constant; then cells().
  std::vector<float>
      coefficients_;            ///< The same smoothed; with keep_range, also the least and the largest value.
  std::vector<float> sums_;     ///< Sums over the columns of a neighborhood, one row a quantity.
  std::vector<float> triples_;  ///< Sums of three neighbors in sums_.
  std::vector<float> row_extremes_;

  Box window_;
  int x_begin_ = 0, x_count_ = 0;
  std::vector<int> left_;           ///< One a column of place(): the small column to its left,
  std::vector<float> right_share_;  ///< and the share of the next one.
  std::vector<float> expanded_[2];  ///< Two rows at the picture's width, see ModelRows.
  int expanded_index_[2] = {-1, -1};
};

}  // namespace portrait_depth
