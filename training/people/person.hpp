// From choices to geometry: morphs, fits, poses and dresses one person.
#pragma once

#include "catalog.hpp"
#include "posture.hpp"
#include "scene.hpp"
#include "shot.hpp"
#include "traits.hpp"

namespace portrait_depth::people {

struct Person {
  Scene scene{};
  Vec3 eyes{};    ///< Middle of the eyes.
  Mat3 head{};    ///< The head's orientation.
  Vec3 camera{};  ///< Position of the shot's camera.
};

/// A second person wears parts of `split`.
Person build_person(const Catalog& catalog, const Traits& traits, const Shot& shot, Split split,
                    const Random& random);

}  // namespace portrait_depth::people
