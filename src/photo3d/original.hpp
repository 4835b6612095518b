// The 3D photo as TensorFlow.js' demo of 2022 made it, to compare with: a grid of 192 x 256 cells before a
// plane that wears the whole photo, nothing cut, nothing filled.
//
// Constants are the demo's: tensorflow/tfjs-models, depth-estimation/demos/3d_photo.
#pragma once

#include "portrait_depth/camera.hpp"
#include "portrait_depth/image.hpp"
#include "portrait_depth/mesh.hpp"

namespace portrait_depth {

/// Its scene in metres: the demo's unit is a 10.5th of the distance to the plane in focus, so that the camera
/// presets, which move in parts of that distance, run as its camera did.
struct OriginalScene {
  Mesh person;
  float background_metres = 0;
  Intrinsics intrinsics;  ///< The camera whose view the background's plane fills.
};

/// metres and mask have the photo's size. Vertices are pushed straight back, not along their viewing rays:
/// the person stands before the plane larger than in the photo. As the demo's network did, heads are put at
/// 0.8 m whatever the lens.
OriginalScene make_original_scene(PlaneView<const float> metres, PlaneView<const float> mask,
                                  float head_metres, float focus_metres);

/// The same grid and threshold with every vertex at its depth on its viewing ray: what the demo could have
/// shown had it known the camera.
Mesh make_original_grid_on_rays(PlaneView<const float> metres, PlaneView<const float> mask,
                                const Intrinsics& intrinsics);

}  // namespace portrait_depth
