// The registration of subcommands, and their exit codes.
#pragma once

#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace CLI {  // NOLINT(readability-identifier-naming): CLI11's own name
class App;
}  // namespace CLI

namespace portrait_depth::cli {

constexpr int kExitSuccess = 0, kExitFailure = 1, kExitWrongUse = 2;
constexpr int kExitTimeout = 124;  // as of timeout(1)

/// A wrong use of the command, which ends with kExitWrongUse.
class WrongUse : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct Command {
  CLI::App* app = nullptr;
  std::function<int()> run;
};

/// Adds a subcommand without options; its help ends with `footer`.
CLI::App* add_subcommand(CLI::App& app, const char* name, const char* description, const char* footer);

/// Registers a subcommand. Its options live as long as the result.
template <class Options>
Command make_command(CLI::App& app, const char* name, const char* description, const char* footer,
                     void (*add_options)(CLI::App& command, Options& options),
                     int (*run)(const Options& options)) {
  auto options = std::make_shared<Options>();
  CLI::App* command = add_subcommand(app, name, description, footer);
  add_options(*command, *options);
  return {command, [options, run] { return run(*options); }};
}

Command add_photo3d_command(CLI::App& app);
Command add_depth_command(CLI::App& app);
Command add_segment_command(CLI::App& app);
Command add_info_command(CLI::App& app);
Command add_models_command(CLI::App& app);
Command add_completion_command(CLI::App& app);

}  // namespace portrait_depth::cli
