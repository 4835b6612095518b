// From a network's coarse mask to the mask of the picture, its edges on the picture's edges.
#pragma once

#include <span>

#include "image/guided_model.hpp"
#include "portrait_depth/segmentation.hpp"
#include "segmentation/small_components.hpp"

namespace portrait_depth {

/// The size of the segmentation networks' input and output.
struct SegmentationWindow {
  int width, height;
};
inline constexpr SegmentationWindow kGeneralWindow = {256, 256}, kLandscapeWindow = {256, 144};

/// The network for a picture of this size: `automatic` takes the landscape one for pictures at least 4:3
/// wide.
SegmentationModel choose_segmentation_model(SegmentationModel wanted, int picture_width, int picture_height);

/// Keeps its work memory: warm, it allocates nothing for pictures of one size.
class MaskRefiner {
 public:
  /// `planes`: the network's input, the whole picture resampled to width x height: red, green, blue, 0..1
  /// (see WindowSampler). `coarse`: the network's mask of the same size; its small components are removed.
  /// Writes the result's mask, box, coverage and `found`.
  void refine(ImageView image, std::span<const float> planes, std::span<const float> coarse, int width,
              int height, Segmentation& result);

 private:
  SmallComponentFilter small_components_;
  GuidedModel model_;
};

/// Computes box, coverage and `found` from the mask; `certainty` is the largest value of the network's mask.
void measure_person(Segmentation& segmentation, float certainty);

}  // namespace portrait_depth
