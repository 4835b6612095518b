// Similarity of two pictures, as a whole and along the silhouette.
//
// SSIM: Z. Wang et al., Image Quality Assessment: From Error Visibility to Structural Similarity, 2004.
// GMSD: W. Xue et al., Gradient Magnitude Similarity Deviation, 2014.
#pragma once

#include <cstdint>

#include "portrait_depth/image.hpp"

namespace portrait_depth {

struct PictureMeasures {
  double psnr = 0;  ///< dB, over the sRGB bytes; larger is better.
  double ssim = 0;  ///< Mean over luma; 1 for equal pictures.
  double gmsd = 0;  ///< Deviation of the similarity of luma's gradients; 0 for equal pictures.
};

struct FrameMeasures {
  PictureMeasures whole, band;
};

/// 1 for pixels nearer than `reach` of the longer side to the mask's contour at one half, else 0.
Plane<std::uint8_t> silhouette_band(PlaneView<const float> mask, float reach = 0.02f);

/// Mean squared difference of the bytes of RGB, over the pixels of `region`, or all.
double mean_square(ImageView a, ImageView b, const Plane<std::uint8_t>* region = nullptr);

/// All pictures have one size; `band` marks a region with at least one pixel.
FrameMeasures measure(ImageView frame, ImageView truth, const Plane<std::uint8_t>& band);

/// Running means.
class MeanMeasures {
 public:
  void add(const FrameMeasures& frame);
  FrameMeasures mean() const;

 private:
  FrameMeasures sum_;
  int count_ = 0;
};

}  // namespace portrait_depth
