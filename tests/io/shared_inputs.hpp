// Inputs that lie beside the repository; tests that need them skip without.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

namespace portrait_depth::test {

inline std::filesystem::path shared_folder(const std::string& name) {
  const char* shared = std::getenv("PORTRAIT_DEPTH_SHARED");
  return (shared != nullptr ? std::filesystem::path(shared)
                            : std::filesystem::path(PORTRAIT_DEPTH_SOURCE_DIR) / "../shared") /
         name;
}

}  // namespace portrait_depth::test
