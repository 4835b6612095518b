// The 3D photo of TensorFlow.js' demo of 2022, for comparison: a grid of 192 x 256 cells in front of a plane
// with the whole photo as texture, without cuts and without inpainting.
//
// The constants are the demo's: tensorflow/tfjs-models, depth-estimation/demos/3d_photo.
#pragma once

#include "portrait_depth/camera.hpp"
#include "portrait_depth/image.hpp"
#include "portrait_depth/mesh.hpp"

namespace portrait_depth {

/// The demo's scene in metres. Its unit is 1/10.5 of the distance to the plane in focus, so that the camera
/// presets, which move in parts of that distance, move as the demo's camera.
struct OriginalScene {
  Mesh person;
  float background_metres = 0;
  Intrinsics intrinsics;  ///< The camera whose view the background's plane fills.
};

/// `metres` and `mask` have the photo's size. Vertices are moved along the z axis, not along their viewing
/// rays, so that the person appears larger in front of the plane than in the photo. Heads are at 0.8 m for
/// every lens, as from the demo's network.
OriginalScene make_original_scene(PlaneView<const float> metres, PlaneView<const float> mask,
                                  float head_metres, float focus_metres);

/// The same grid and threshold with every vertex at its depth on its viewing ray, as if the demo had the
/// camera's intrinsics.
Mesh make_original_grid_on_rays(PlaneView<const float> metres, PlaneView<const float> mask,
                                const Intrinsics& intrinsics);

}  // namespace portrait_depth
