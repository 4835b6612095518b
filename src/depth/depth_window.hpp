// The crop of a picture for a depth network, the network's input, and its relief at the picture's size.
#pragma once

#include <span>
#include <vector>

#include "depth/camera_model.hpp"
#include "depth/hole_filling.hpp"
#include "depth/network_input.hpp"
#include "image/guided_model.hpp"
#include "image/window_sampler.hpp"
#include "portrait_depth/depth.hpp"

namespace portrait_depth {

// The numbers by which a relief is brought to the picture. The browser's GPU uses them too
// (web/src/gpu_depth.wgsl).

/// Only strong color edges are depth edges: patterns of clothes are flat.
inline constexpr GuidedModelOptions kReliefFit = {
    .radius = 3, .epsilon = 1e-3f, .keep_range = true, .flat = 0.05f, .edge = 0.15f};
/// Relief along the silhouette is a mixture with the background and has a small weight.
inline constexpr float kLeastReliefWeight = 2e-3f;
/// The person's color is the masked color divided by the mask, or by this if the mask is smaller.
inline constexpr float kLeastGuideMask = 0.05f;

/// Mirrors every row of one or several planes, row-major, left to right.
void mirror_rows(std::span<float> planes, int width);

/// Flip augmentation (C. Godard et al., Unsupervised Monocular Depth Estimation with Left-Right Consistency,
/// 2017), for a relief network's outputs for one or several pictures. `mirrored` and `mirrored_crop_widths`:
/// its outputs for their mirror images; they become the mean of both. Reliefs have the arithmetic mean,
/// widths in metres the geometric mean: NaN, which relief_scale() rejects, if either is negative. `width`: of
/// a relief.
void average_with_mirror_image(std::span<const float> relief, std::span<const float> crop_widths,
                               std::span<float> mirrored, std::span<float> mirrored_crop_widths, int width);

/// Call prepare_input(), run the network, then call upsample_relief(). Keeps its work memory: warm, it
/// allocates nothing for pictures of one size.
class DepthWindow {
 public:
  /// Writes the network's input of a window, e.g. that of network_input(). `mask`: of the picture's size.
  /// Throws ErrorCode::invalid_argument if `input` does not hold model.input_channels values a pixel.
  void prepare_input(ImageView image, PlaneView<const float> mask, const NetworkInput& window,
                     const DepthModel& model, std::span<float> input);
  /// The window of a network's input for upsample_relief() alone.
  void place(ImageView image, PlaneView<const float> mask, const NetworkInput& window);
  /// The crop in pixels of the picture; it may reach beyond the picture.
  const Box& crop() const { return crop_; }
  NetworkInput placement() const { return {crop_, width_, height_}; }
  /// The mask in the crop at the network's size.
  std::span<const float> mask() const;

  /// Brings a relief of the network's size to the picture: metres wherever the mask is above 0, NaN
  /// elsewhere. `image` and `mask` are those of prepare_input(). Throws ErrorCode::no_person for a relief
  /// without finite values.
  void upsample_relief(ImageView image, PlaneView<const float> mask, std::span<const float> relief,
                       const ReliefScale& scale, Plane<float>& metres);

 private:
  void fit(std::span<const float> relief);

  Box crop_;
  int width_ = 0, height_ = 0;
  WindowSampler sampler_;
  std::vector<float> planes_;  ///< Red, green and blue times the mask, and the mask, at the network's size.
  std::vector<float> guide_, relief_, weights_;
  std::vector<float> scratch_;
  HoleFiller filler_;
  GuidedModel model_;
};

}  // namespace portrait_depth
