#include "command_line.hpp"

#include <CLI/CLI.hpp>
#include <exception>
#include <filesystem>
#include <iostream>
#include <string>
#include <vector>

#include "command.hpp"
#include "portrait_depth/error.hpp"
#include "portrait_depth/version.hpp"
#include "printable.hpp"

namespace portrait_depth::cli {
namespace {

constexpr const char* kFooter = R"(Examples:
  portrait-depth photo3d anna.jpg -o anna.gif     a 3D photo that moves
  portrait-depth depth anna.jpg -o anna.png       its depth map
  portrait-depth serve                            a page and an HTTP service
  portrait-depth photo3d --help                   all about a subcommand

Exit codes: 0 done; 1 a photo failed; 2 wrong use; 124 a photo took longer than --timeout; 128 + N ended by signal N.)";

// CLI11 writes some errors in several lines.
std::string first_line(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

int wrong_use(const std::string& message, const CLI::App* command) {
  const std::string name = command == nullptr ? "portrait-depth" : "portrait-depth " + command->get_name();
  const std::string join = message.ends_with('.') ? " See " : "; see ";
  std::cerr << printable(name + ": " + message + join + name + " --help") << std::endl;
  return kExitWrongUse;
}

const CLI::App* chosen_command(const CLI::App& app) {
  const auto chosen = app.get_subcommands();
  return chosen.empty() ? nullptr : chosen.front();
}

// The hint for an argument such as -dash.jpg, if a file of that name exists.
std::string hint_of_dash_file(int argc, const char* const* argv) {
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    std::error_code error;
    if (word == "--") break;
    if (word.size() > 1 && word[0] == '-' && std::filesystem::exists(word, error))
      return "; write -- before a file name that begins with -, as in -- " + word;
  }
  return "";
}

}  // namespace

int run_command_line(int argc, const char* const* argv, const std::vector<AddCommand>& more) {
  CLI::App app("One photo of a person becomes a depth map and a 3D photo that moves.", "portrait-depth");
  app.set_version_flag("--version", std::string("portrait-depth ") + PORTRAIT_DEPTH_VERSION);
  app.footer(kFooter);
  app.require_subcommand(1);
  std::vector<Command> commands = {add_photo3d_command(app), add_depth_command(app),
                                   add_segment_command(app), add_info_command(app),
                                   add_models_command(app),  add_completion_command(app)};
  for (const AddCommand add : more) commands.push_back(add(app));
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& success) {
    return app.exit(success);
  } catch (const CLI::ParseError& error) {
    // CLI11's error for a missing subcommand leaves out the word in its place.
    const bool has_word = chosen_command(app) == nullptr && argc > 1 && argv[1][0] != '-';
    return wrong_use(has_word ? argv[1] + std::string(" is not a subcommand")
                              : first_line(error.what()) + hint_of_dash_file(argc, argv),
                     chosen_command(app));
  }
  try {
    for (const Command& command : commands)
      if (command.app->parsed()) return command.run();
  } catch (const WrongUse& error) {
    return wrong_use(error.what(), chosen_command(app));
  } catch (const Error& error) {  // before the first photo: a file that an option names
    return wrong_use(error.what(), chosen_command(app));
  } catch (const std::exception& error) {
    std::cerr << printable(std::string("portrait-depth: ") + error.what()) << std::endl;
  }
  return kExitFailure;
}

}  // namespace portrait_depth::cli
