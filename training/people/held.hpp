// Generated objects held before the body: balls, helmets, boxes, bottles.
#pragma once

#include "body.hpp"
#include "random.hpp"
#include "scene.hpp"
#include "shot.hpp"

namespace portrait_depth::people {

/// Adds the `held` object before the chest of a posed body. It is not part of a head.
void add_held(const Body& body, const Held& held, Random random, Scene& scene);

}  // namespace portrait_depth::people
