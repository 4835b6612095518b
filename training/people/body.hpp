// A person's body before and after posing; what parts and props hang on.
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
      skull_rest{};            ///< Middle of the eyes; of the lips; about the skull's middle.
  std::vector<Rigid> moves{};  ///< Where each bone takes the rest.
};

/// Middle of a group of the base mesh, such as "joint-l-eye".
Vec3 group_center(const Mesh& base, const std::vector<Vec3>& positions, const std::string& group);

/// Applies every morph; `moves` stay empty.
Body shape_body(const Catalog& catalog, const Traits& traits);

/// Draws the throat back by `depth` metres, as necks do whose head is tipped back: bones alone leave it
/// bulging forward.
void draw_throat_back(float depth, Body& body);

}  // namespace portrait_depth::people
