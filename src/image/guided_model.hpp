// Bringing a small plane of values to a picture's size so that its edges fall on the picture's edges.
#pragma once

#include <span>
#include <vector>

#include "portrait_depth/image.hpp"

namespace portrait_depth {

struct GuidedModelOptions {
  /// Half the width of the neighborhood that a fit looks at, in pixels of the small plane.
  int radius = 4;
  /// Variance of the guide (sRGB 0..1) below which color does not explain the values.
  float epsilon = 1e-3f;
  /// Results stay between the smallest and the largest of the nearest 3 x 3 small values.
  bool keep_range = false;
  /// Where the nearest 5 x 5 small values differ by less than `flat`, color has no say and they are
  /// interpolated; from `edge` on it has all. Keeps patterns out of smooth surfaces. Needs keep_range; equal:
  /// color counts everywhere.
  float flat = 0, edge = 0;
};

/// A guided filter: around every pixel of a small plane, the values are explained as a linear function of the
/// picture's color; applied to the picture's own pixels, the function gives the values at the picture's
/// size. The small plane covers a window of the picture. Keeps its work memory: warm, it allocates nothing at
/// one size.
class GuidedModel {
 public:
  /// `guide`: red, green and blue planes, 0..1, of width x height each; `values` and `weights`: one plane
  /// each. Values of small weight say little; no weight may be below 1e-3. Empty weights are all 1.
  void fit(std::span<const float> guide, std::span<const float> values, std::span<const float> weights,
           int width, int height, const GuidedModelOptions& options);

  /// Where the small plane lies in the picture, and which columns of the picture will be asked for. Beyond
  /// the window, its border goes on.
  void place(const Box& window, int picture_width, int x_begin, int x_end);
  /// The values of the columns x_begin..x_end-1 of row `y`. Rows are cheapest from top to bottom.
  void evaluate_row(ImageView picture, int y, std::span<float> values);

 private:
  void fit_coefficients(std::span<const float> guide, std::span<const float> values,
                        std::span<const float> weights);
  void smooth_coefficients();
  void find_range(std::span<const float> values);
  void keep_color_to_edges(std::span<const float> values);
  const float* expanded_row(int row);

  int width_ = 0, height_ = 0, planes_ = 0;
  GuidedModelOptions options_;
  std::vector<float> raw_;  ///< Four planes: the weights of red, green, blue, and the constant.
  std::vector<float>
      coefficients_;         ///< The same smoothed, then, if the range is kept, the least and largest value.
  std::vector<float> sums_;  ///< Sums over the columns of a neighborhood, a row for every quantity.
  std::vector<float> row_extremes_;

  Box window_;
  int x_begin_ = 0, x_count_ = 0;
  std::vector<int> left_;           ///< For every asked column: the small column to its left,
  std::vector<float> right_share_;  ///< and how much of the next one.
  std::vector<float> expanded_[2];  ///< Two rows of coefficients at the picture's width.
  int expanded_index_[2] = {-1, -1};
};

}  // namespace portrait_depth
