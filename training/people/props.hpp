// Generated props: glasses, caps, beanies, headscarves, headphones, earphones, phones.
#pragma once

#include "body.hpp"
#include "random.hpp"
#include "scene.hpp"

namespace portrait_depth::people {

void add_glasses(const Body& body, Scene& scene);
/// Cap, beanie, headscarf or headphones.
void add_headwear(const Body& body, Random random, Scene& scene);
void add_earphones(const Body& body, Scene& scene);
/// A phone in the hand at `wrist`; `along` points from the wrist to the fingers, `facing` to the camera.
void add_phone(Vec3 wrist, Vec3 along, Vec3 facing, Random random, Scene& scene);

/// Per base vertex: distance inside the headwear's edge, metres; null for headwear that covers no skin.
const std::vector<float>* headwear_mask(const Body& body);
/// True for points of the unposed body under the hat, where hair is pressed flat.
bool under_hat(const Body& body, Vec3 rest);

}  // namespace portrait_depth::people
