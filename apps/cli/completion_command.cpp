// portrait-depth completion: prints the shell's completion of the command, from the same definition as the
// help.
#include <CLI/CLI.hpp>
#include <iostream>
#include <string>

#include "command.hpp"
#include "completion_scripts.hpp"

namespace portrait_depth::cli {
namespace {

struct Options {
  const CLI::App* program = nullptr;
  std::string shell;
};

constexpr const char* kFooter = R"(Examples:
  source <(portrait-depth completion bash)         for this shell
  portrait-depth completion zsh > ~/.zfunc/_portrait-depth
  portrait-depth completion fish > ~/.config/fish/completions/portrait-depth.fish)";

int run(const Options& options) {
  std::cout << completion_script(*options.program, options.shell);
  std::cout.flush();
  return kExitSuccess;
}

void add_options(CLI::App& command, Options& options) {
  options.program = command.get_parent();
  command.add_option("shell", options.shell, "The shell")
      ->required()
      ->check(CLI::IsMember(completion_shells()));
}

}  // namespace

Command add_completion_command(CLI::App& app) {
  return make_command(app, "completion", "Print the completion script of a shell", kFooter, add_options, run);
}

}  // namespace portrait_depth::cli
