// Node.js scripts that read exported scenes.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "../programs.hpp"

namespace portrait_depth::test {

/// A script of this folder, run by Node.js with the packages that scripts/fetch_three.sh fetches; its output
/// as JSON.
inline nlohmann::json run_node(const std::string& script, const std::string& arguments) {
  const std::filesystem::path folder = std::filesystem::path(PORTRAIT_DEPTH_SOURCE_DIR) / "tests/export";
  std::string command("VIEWER_MODULES=");
  command.append(shell_quoted(PORTRAIT_DEPTH_VIEWER_MODULES)).append(" node ");
  command.append(shell_quoted(folder / script)).append(" ").append(arguments);
  const ProgramResult result = run_program(command);
  EXPECT_EQ(result.status, 0) << result.output;
  return nlohmann::json::parse(result.output, nullptr, false);
}

inline bool have_viewer_modules() {
  return std::filesystem::exists(std::filesystem::path(PORTRAIT_DEPTH_VIEWER_MODULES) / "three");
}

}  // namespace portrait_depth::test
