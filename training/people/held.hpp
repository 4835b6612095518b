// Things held before the body: balls, helmets, boxes, bottles. All made by us.
#pragma once

#include "body.hpp"
#include "random.hpp"
#include "scene.hpp"
#include "shot.hpp"

namespace portrait_depth::people {

/// Adds what `held` says, before the chest of a posed body. It belongs to nobody's head.
void add_held(const Body& body, const Held& held, Random random, Scene& scene);

}  // namespace portrait_depth::people
