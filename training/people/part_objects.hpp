// Objects of fitted parts: eyes, mouth, hair, brows, lashes, hats, suits.
#pragma once

#include "body.hpp"
#include "scene.hpp"

namespace portrait_depth::people {

SceneObject eyes_object(const Body& body);
/// Teeth and tongue.
void add_mouth(const Body& body, Scene& scene);
/// The hair, without its triangles under headwear. The person has hair.
SceneObject hair_object(const Body& body);
/// Brows or lashes.
SceneObject strands_object(const Body& body, const DressedPart& part, Vec3 color, float opacity);
/// The fedora. The person wears it.
SceneObject hat_object(const Body& body);
/// The fitted clothes, with the person's looseness and folds.
SceneObject suit_object(const Body& body);

}  // namespace portrait_depth::people
