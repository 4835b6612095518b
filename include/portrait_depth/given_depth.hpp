// A depth map that comes with a photo: a sensor's, from inside the file, or the user's own.
#pragma once

#include <optional>

#include "portrait_depth/camera.hpp"
#include "portrait_depth/image.hpp"

namespace portrait_depth {

/// The meaning of a given depth map's values.
enum class GivenDepthUnit {
  metres,     ///< Z along the optical axis.
  relative,   ///< Even steps in Z; the depth network determines scale and offset.
  disparity,  ///< Even steps in 1/Z; the depth network determines scale and offset.
};

/// The gray of the nearest values of a relative map or a disparity map.
enum class NearGray { black, white };

/// A depth map of the whole photo, upright, at a size of its own.
struct GivenDepth {
  Plane<float> values;  ///< A value that is not finite is a hole.
  GivenDepthUnit unit = GivenDepthUnit::metres;
  /// Empty: found by comparison with the depth network ("Given depth" in docs/design.md). Not for metres.
  std::optional<NearGray> near = {};
  /// True for a sensor's map: it has noise and holes, and takes thin parts of the person for the wall.
  bool is_measured = false;
  /// The person, 0..1, of any size; it replaces the segmentation.
  std::optional<Plane<float>> matte = {};
  /// The camera, for a picture of values' size.
  std::optional<Intrinsics> intrinsics = {};
};

/// The origin of a photo's depth.
enum class DepthSource {
  /// `fused` for a given map that is measured, `sensor` for another one, `network` without a map. A measured
  /// map that cannot be used or does not belong to the photo leads to `network` and a warning.
  automatic,
  sensor,   ///< The given map; its holes are filled from their surroundings.
  network,  ///< The depth network; a given map is ignored.
  fused,    ///< Metres and large shape of the given map, edges and the rest of the network.
};

}  // namespace portrait_depth
