// The MakeHuman parts for tests that need them: PORTRAIT_DEPTH_SHARED or ../shared beside the source, else
// they skip.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <memory>

#include "catalogue.hpp"

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

}  // namespace portrait_depth::people

// NOLINTNEXTLINE(bugprone-macro-parentheses): the name of a variable cannot stand in parentheses
// NOLINTBEGIN(bugprone-macro-parentheses): the argument names a variable.
#define REQUIRE_PARTS(catalogue)                                                                   \
  const portrait_depth::people::Catalogue* catalogue = portrait_depth::people::shared_catalogue(); \
  if (catalogue == nullptr) GTEST_SKIP() << "no MakeHuman parts in " << portrait_depth::people::parts_folder()
// NOLINTEND(bugprone-macro-parentheses)
