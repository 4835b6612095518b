// Shared by the tests of people: the MakeHuman parts of PORTRAIT_DEPTH_SHARED or ../shared beside the source.
// Tests that need them are skipped without them.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <memory>

#include "body.hpp"
#include "catalog.hpp"
#include "scene.hpp"

namespace portrait_depth::people {

inline std::filesystem::path parts_folder() {
  const char* shared = std::getenv("PORTRAIT_DEPTH_SHARED");
  const std::filesystem::path folder =
      shared != nullptr ? std::filesystem::path(shared)
                        : std::filesystem::path(PORTRAIT_DEPTH_SOURCE_DIR) / ".." / "shared";
  return folder / "makehuman";
}

/// Loaded once per process; null without the parts.
inline const Catalog* shared_catalog() {
  static const std::unique_ptr<Catalog> catalog =
      std::filesystem::is_directory(parts_folder()) ? std::make_unique<Catalog>(parts_folder()) : nullptr;
  return catalog.get();
}

/// In the base mesh's pose. Points to the traits.
inline Body unposed_body(const Catalog& catalog, const Traits& traits) {
  Body body = shape_body(catalog, traits);
  body.moves = Pose(*catalog.rig, catalog.rig->joints(body.rest)).moves();
  return body;
}

/// The largest move of a vertex between two objects with equal numbers of vertices, unposed, metres.
inline float farthest_move(const SceneObject& before, const SceneObject& after) {
  float farthest = 0;
  for (std::size_t v = 0; v < before.rest.size(); ++v)
    farthest = std::max(farthest, length(after.rest[v] - before.rest[v]));
  return farthest;
}

}  // namespace portrait_depth::people

// NOLINTBEGIN(bugprone-macro-parentheses): the argument names a variable.
#define REQUIRE_PARTS(catalog)                                                               \
  const portrait_depth::people::Catalog* catalog = portrait_depth::people::shared_catalog(); \
  if (catalog == nullptr) GTEST_SKIP() << "no MakeHuman parts in " << portrait_depth::people::parts_folder()
// NOLINTEND(bugprone-macro-parentheses)
