// Completion of subcommands, options and their values for shells.
#pragma once

#include <string>
#include <vector>

namespace CLI {  // NOLINT(readability-identifier-naming): CLI11's own name
class App;
}  // namespace CLI

namespace portrait_depth::cli {

/// The names of the shells: bash, fish, zsh.
std::vector<std::string> completion_shells();

/// The script that completes `program` in one of completion_shells().
std::string completion_script(const CLI::App& program, const std::string& shell);

}  // namespace portrait_depth::cli
