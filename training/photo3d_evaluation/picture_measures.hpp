// Similarity of two pictures: as a whole, along the silhouette, and along occlusion edges inside the person.
//
// SSIM: Z. Wang et al., Image Quality Assessment: From Error Visibility to Structural Similarity, 2004.
// GMSD: W. Xue et al., Gradient Magnitude Similarity Deviation, 2014.
#pragma once

#include <cstdint>
#include <optional>

#include "portrait_depth/image.hpp"

namespace portrait_depth {

struct PictureMeasures {
  double psnr = 0;  ///< dB, over the sRGB bytes; larger is better.
  double ssim = 0;  ///< Mean over luma; 1 for equal pictures.
  double gmsd = 0;  ///< Deviation of the similarity of luma's gradients; 0 for equal pictures.
};

struct FrameMeasures {
  PictureMeasures whole, band;
  std::optional<PictureMeasures> inner;  ///< Empty where the person has no occlusion edge inside.
  double torn = 0;                       ///< See tear_score().
};

/// 1 for pixels nearer than `reach` of the longer side to the mask's contour at one half, else 0.
Plane<std::uint8_t> silhouette_band(PlaneView<const float> mask, float reach = 0.02f);

/// 1 for pixels nearer than `reach` of the longer side to an occlusion edge inside the person: two pixels of
/// the mask, at most two pixels apart, whose depths differ by more than 4 %. `metres` and `mask` have one
/// size.
Plane<std::uint8_t> inner_band(PlaneView<const float> metres, PlaneView<const float> mask,
                               float reach = 0.02f);

/// Mean squared difference of the bytes of RGB, over the pixels of `region`, or all.
double mean_square(ImageView a, ImageView b, const Plane<std::uint8_t>* region = nullptr);

/// All pictures have one size; `band` marks a region with at least one pixel, `inner` any. Leaves `torn` at
/// 0.
FrameMeasures measure(ImageView frame, ImageView truth, const Plane<std::uint8_t>& band,
                      const Plane<std::uint8_t>& inner);

/// Running means, of `inner` over the frames that have it.
class MeanMeasures {
 public:
  void add(const FrameMeasures& frame);
  FrameMeasures mean() const;

 private:
  FrameMeasures sum_;
  int count_ = 0, inner_count_ = 0;
};

}  // namespace portrait_depth
