// Runs other programs that read the results.
#pragma once

#include <cstdio>
#include <filesystem>
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

}  // namespace portrait_depth::test
