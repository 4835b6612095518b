// The depth of a photo with a given map: which origin is used, and the resulting depth map.
#pragma once

#include "depth/camera_model.hpp"
#include "portrait_depth/depth.hpp"

namespace portrait_depth {

/// The origin that the configuration asks for, before the map is compared with the photo. `warning`: the
/// reason for which a measured map is left out. Throws ErrorCode::invalid_argument for `sensor` or `fused`
/// without a map, and for a map with a given_depth_fault() unless it is measured and the source automatic.
DepthSource chosen_source(const PhotoConfig& config, int width, int height, std::string& warning);

/// The camera of a photo of this size, if the caller or the given map knows it. `uses_map`: the chosen source
/// is not the network.
std::optional<Intrinsics> known_camera(const PhotoConfig& config, bool uses_map, int width, int height);

/// The given map's matte at the photo's size; std::nullopt without one, if it shows no person, or if the
/// configuration has a mask.
std::optional<Plane<float>> person_matte(const PhotoConfig& config, int width, int height);

/// The network's estimate of a photo.
struct NetworkEstimate {
  float crop_width = 0;         ///< Pixels of the photo.
  float crop_width_metres = 0;  ///< At the head.
  ReliefScale scale;            ///< Of `PhotoDepth::depth`.
};

/// Replaces the network's depth in `result` by the chosen source's, mirrored if the configuration asks for
/// it. The network's depth is not mirrored. `intrinsics`: the photo's camera, if it is known. Throws
/// ErrorCode::invalid_argument for a map that cannot be placed; with DepthSource::automatic and a measured
/// map, the network's depth and a warning stay instead.
void use_given_depth(ImageView image, const PhotoConfig& config, const std::optional<Intrinsics>& intrinsics,
                     const NetworkEstimate& estimate, PhotoDepth& result);

}  // namespace portrait_depth
