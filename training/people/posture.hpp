// Turns a shot's posture into a pose of the skeleton, and places the camera before it.
#pragma once

#include "rig.hpp"
#include "scene.hpp"
#include "shot.hpp"

namespace portrait_depth::people {

/// A person's pose and the camera before it.
struct Stance {
  Pose pose;
  Vec3 eyes{};           ///< Middle of the eyes, posed.
  Mat3 head{};           ///< The head's orientation.
  Vec3 camera{};         ///< The camera's position.
  Vec3 hand[2]{};        ///< The wrists, left and right.
  Vec3 hand_along[2]{};  ///< Unit, from the wrists to the fingers.
};

/// `eyes_rest` is the middle of the eyes on the unposed body; everything in metres.
Stance take_stance(const Rig& rig, const std::vector<Vec3>& joints, Vec3 eyes_rest, const Shot& shot,
                   Random random);

}  // namespace portrait_depth::people
