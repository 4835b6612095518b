// A person's body before and after posing, which parts and props are attached to.
#pragma once

#include <string>
#include <vector>

#include "catalog.hpp"
#include "posture.hpp"
#include "traits.hpp"

namespace portrait_depth::people {

struct Body {
  const Catalog* catalog = nullptr;
  const Traits* traits = nullptr;
  std::vector<Vec3> rest{};          ///< All base vertices, morphed, metres.
  std::vector<Vec3> rest_normals{};  ///< Of the skin.
  Vec3 eye_rest[2]{};                ///< Left, right eyeball's center.
  Vec3 eyes_rest{}, mouth_rest{},
      skull_rest{};            ///< Middle of the eyes; of the lips; of the skull, approximately.
  std::vector<Rigid> moves{};  ///< The move of each bone from the rest pose.
};

/// Middle of a group of the base mesh, such as "joint-l-eye".
Vec3 group_center(const Mesh& base, const std::vector<Vec3>& positions, const std::string& group);

/// Applies every morph; `moves` stay empty.
Body shape_body(const Catalog& catalog, const Traits& traits);

/// Draws the throat back by `depth` metres. Skinning alone leaves the throat of a head that is tipped back
/// bulging forward.
void draw_throat_back(float depth, Body& body);

}  // namespace portrait_depth::people
