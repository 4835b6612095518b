// A given depth map in metres: its unit, its near side and its head are found by comparison with the
// network's depth of the same photo.
#pragma once

#include <optional>
#include <string>

#include "portrait_depth/depth.hpp"

namespace portrait_depth {

/// The holes of a map of the user's own, 0 and infinity, become NaN.
void mark_holes(Plane<float>& values);

/// The reason why a given map cannot serve a picture of this size, and its way out; empty if it can: an empty
/// map, another aspect ratio than the picture's, no value, one value everywhere.
std::string given_depth_fault(const GivenDepth& given, int width, int height);

/// A given map, placed before the photo's camera.
struct GivenPlacement {
  Plane<float> metres;  ///< Of the map's size; NaN: a hole.
  float head_metres = 0;
  std::string fault;  ///< The map cannot be used, and the way out; empty: it can.
  std::string doubt;  ///< The map may belong to another photo, and the way out; empty: none.
};

/// `network`: the network's depth of the photo. `has_camera`: the photo's camera is known, so that the
/// network's distance of the head can be compared with the map's. Call it for maps without a
/// given_depth_fault().
GivenPlacement place_given_depth(const GivenDepth& given, const DepthMap& network, bool has_camera);

}  // namespace portrait_depth
