// The command's entry point, for main() and for tests.
#pragma once

namespace portrait_depth::cli {

/// Parses the arguments, runs the subcommand and returns the exit code. Errors are one line on standard
/// error.
int run_command_line(int argc, const char* const* argv);

}  // namespace portrait_depth::cli
