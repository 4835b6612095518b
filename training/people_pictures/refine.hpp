// Rounds a mesh for close views.
//
// Based on: T. Boubekeur, M. Alexa, Phong Tessellation, 2008.
#pragma once

#include "scene.hpp"

namespace portrait_depth::people {

/// Splits every triangle in four; new vertices lie on the surface of the normals, old ones stay.
void refine(SceneObject& object);

}  // namespace portrait_depth::people
