#include "command.hpp"

#include <CLI/CLI.hpp>

namespace portrait_depth::cli {

CLI::App* add_subcommand(CLI::App& app, const char* name, const char* description, const char* footer) {
  CLI::App* command = app.add_subcommand(name, description);
  command->footer(footer);
  return command;
}

}  // namespace portrait_depth::cli
