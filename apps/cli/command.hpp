// How a subcommand is made known, and what it ends with.
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

/// The command was called in a way that cannot work; ends with kExitWrongUse.
class WrongUse : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct Command {
  CLI::App* app = nullptr;
  std::function<int()> run;
};

/// A subcommand without options yet, and its help's last part.
CLI::App* add_subcommand(CLI::App& app, const char* name, const char* description, const char* footer);

/// Makes a subcommand known. Its options live as long as the result.
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

}  // namespace portrait_depth::cli
