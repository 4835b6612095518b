// The command's entry point, for main().
#pragma once

#include <vector>

#include "command.hpp"

namespace portrait_depth::cli {

/// Registers a subcommand of another module.
using AddCommand = Command (*)(CLI::App& app);

/// Parses the arguments, runs the subcommand and returns the exit code. Errors are one line on standard
/// error. `more` are subcommands beside the module's own.
int run_command_line(int argc, const char* const* argv, const std::vector<AddCommand>& more);

}  // namespace portrait_depth::cli
