// Other people's programs that look at what we wrote.
#pragma once

#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

namespace portrait_depth::test {

inline std::string shell_quoted(const std::filesystem::path& path) {
  std::string text(1, '\'');
  return text.append(path.string()).append(1, '\'');
}

struct ProgramResult {
  int status = -1;
  std::string output;
};

inline ProgramResult run_program(const std::string& command) {
  ProgramResult result;
  FILE* pipe = popen((command + " 2>&1").c_str(), "r");
  if (pipe == nullptr) return result;
  char block[4096];
  while (const std::size_t count = fread(block, 1, sizeof block, pipe)) result.output.append(block, count);
  result.status = pclose(pipe);
  return result;
}

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
