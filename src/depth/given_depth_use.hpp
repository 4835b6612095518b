// The depth of a photo with a given map: which origin is used, and the resulting depth map.
#pragma once

#include "depth/camera_model.hpp"
#include "portrait_depth/depth.hpp"

namespace portrait_depth {

/// The origin that the configuration asks for, before the map is compared with the photo. `warning`: the
/// reason for which a measured map is left out. Throws ErrorCode::invalid_argument for `sensor` or `fused`
/// without a map, and for a map with a given_depth_fault() unless it is measured and the source automatic.
DepthSource chosen_source(const PhotoConfig& config, int width, int height, std::string& warning);

/// The network's estimate of a photo.
struct NetworkEstimate {
  float crop_width = 0;         ///< Pixels of the photo.
  float crop_width_metres = 0;  ///< At the head.
  ReliefScale scale;            ///< Of `PhotoDepth::depth`.
};

/// Replaces the network's depth in `result` by the chosen source's. `intrinsics`: the photo's camera, if it
/// is known. Throws ErrorCode::invalid_argument for a map that cannot be placed; with DepthSource::automatic
/// and a measured map, the network's depth and a warning stay instead.
void use_given_depth(ImageView image, const PhotoConfig& config, const std::optional<Intrinsics>& intrinsics,
                     const NetworkEstimate& estimate, PhotoDepth& result);

}  // namespace portrait_depth
