// The arguments of Photo3D::build: checked, and brought to the size of the textures.
#pragma once

#include "portrait_depth/camera.hpp"
#include "portrait_depth/image.hpp"
#include "portrait_depth/photo3d.hpp"
#include "portrait_depth/thread_pool.hpp"

namespace portrait_depth {

/// All planes have the size of `photo`.
struct Photo3DInput {
  Image resized;    ///< RGB; empty if the photo keeps its size.
  ImageView photo;  ///< Of `resized`, or of the caller's photo.
  Plane<float> metres;
  Plane<float> alpha;  ///< The matte of a cut scene, the mask of an original one.
  Intrinsics intrinsics;
};

/// Throws ErrorCode::invalid_argument for planes and intrinsics of another size than the photo's, and for
/// options out of range.
void check_photo3d_input(ImageView image, PlaneView<const float> metres, PlaneView<const float> mask,
                         const Intrinsics& intrinsics, const Photo3DOptions& options);

Photo3DInput prepare_photo3d_input(ImageView image, PlaneView<const float> metres,
                                   PlaneView<const float> mask, const Intrinsics& intrinsics,
                                   const Photo3DOptions& options, ThreadPool& threads);

}  // namespace portrait_depth
