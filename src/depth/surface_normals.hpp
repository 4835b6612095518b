// Surface normals of a depth map.
#pragma once

#include "portrait_depth/camera.hpp"
#include "portrait_depth/image.hpp"

namespace portrait_depth {

/// Unit normals in camera space (x right, y down, z away; a surface that faces the camera has z = -1) from
/// the differences of `metres`; (0, 0, 0) where mask < kPersonMask. Both planes have the size of
/// `intrinsics`.
Plane<Vec3> surface_normals(PlaneView<const float> metres, PlaneView<const float> mask,
                            const Intrinsics& intrinsics);

}  // namespace portrait_depth
