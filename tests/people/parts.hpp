// What tests of people share. The MakeHuman parts for those that need them: PORTRAIT_DEPTH_SHARED or
// ../shared beside the source, else they skip.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <memory>

#include "body.hpp"
#include "catalogue.hpp"
#include "scene.hpp"

namespace portrait_depth::people {

inline std::filesystem::path parts_folder() {
  const char* shared = std::getenv("PORTRAIT_DEPTH_SHARED");
  const std::filesystem::path folder =
      shared != nullptr ? std::filesystem::path(shared)
                        : std::filesystem::path(PORTRAIT_DEPTH_SOURCE_DIR) / ".." / "shared";
  return folder / "makehuman";
}

/// Loaded once a process; null where the parts are absent.
inline const Catalogue* shared_catalogue() {
  static const std::unique_ptr<Catalogue> catalogue =
      std::filesystem::is_directory(parts_folder()) ? std::make_unique<Catalogue>(parts_folder()) : nullptr;
  return catalogue.get();
}

/// Stands as the base mesh does. Points to the traits.
inline Body unposed_body(const Catalogue& catalogue, const Traits& traits) {
  Body body = shape_body(catalogue, traits);
  body.moves = Pose(*catalogue.rig, catalogue.rig->joints(body.rest)).moves();
  return body;
}

/// How far the vertex that moved most lies from its place in the other object, unposed, metres; both have as
/// many vertices.
inline float farthest_move(const SceneObject& before, const SceneObject& after) {
  float farthest = 0;
  for (std::size_t v = 0; v < before.rest.size(); ++v)
    farthest = std::max(farthest, length(after.rest[v] - before.rest[v]));
  return farthest;
}

}  // namespace portrait_depth::people

// NOLINTNEXTLINE(bugprone-macro-parentheses): the name of a variable cannot stand in parentheses
// NOLINTBEGIN(bugprone-macro-parentheses): the argument names a variable.
#define REQUIRE_PARTS(catalogue)                                                                   \
  const portrait_depth::people::Catalogue* catalogue = portrait_depth::people::shared_catalogue(); \
  if (catalogue == nullptr) GTEST_SKIP() << "no MakeHuman parts in " << portrait_depth::people::parts_folder()
// NOLINTEND(bugprone-macro-parentheses)
