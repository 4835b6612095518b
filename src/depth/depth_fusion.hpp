// Sensor and network fused: metres and large shape of the sensor, edges and missing parts of the network.
#pragma once

#include "portrait_depth/depth.hpp"

namespace portrait_depth {

/// `network`: the network's depth of the photo with the head at the sensor's distance. `sensor`: metres of
/// the whole photo at any size; NaN: a hole. Returns metres of the photo's size, finite wherever the mask is
/// above 0. Where the sensor is trusted, the result follows it; elsewhere on the person, the network's shape
/// is added to the sensor's surroundings.
Plane<float> fuse_depth(ImageView image, const DepthMap& network, PlaneView<const float> sensor);

}  // namespace portrait_depth
