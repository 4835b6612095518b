// The command portrait-depth.
#include <fcntl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <vector>

#include "command.hpp"
#include "interrupt.hpp"
#include "portrait_depth/error.hpp"
#include "portrait_depth/version.hpp"

namespace portrait_depth::cli {
namespace {

constexpr const char* kFooter = R"(Examples:
  portrait-depth photo3d anna.jpg -o anna.gif     a 3D photo that moves
  portrait-depth depth anna.jpg -o anna.png       its depth map
  portrait-depth photo3d --help                   all about a subcommand)";

// One line, also for what CLI11 would tell in several.
int wrong_use(const std::string& message, const CLI::App* command) {
  const std::string name = command == nullptr ? "portrait-depth" : "portrait-depth " + command->get_name();
  std::cerr << name << ": " << message.substr(0, message.find('\n')) << "; see " << name << " --help"
            << std::endl;
  return kExitWrongUse;
}

const CLI::App* chosen_command(const CLI::App& app) {
  const auto chosen = app.get_subcommands();
  return chosen.empty() ? nullptr : chosen.front();
}

int run(int argc, char** argv) {
  CLI::App app("One photo of a person becomes a depth map and a 3D photo that moves.", "portrait-depth");
  app.set_version_flag("--version", std::string("portrait-depth ") + PORTRAIT_DEPTH_VERSION);
  app.footer(kFooter);
  app.require_subcommand(1);
  const std::vector<Command> commands = {add_photo3d_command(app), add_depth_command(app),
                                         add_segment_command(app), add_info_command(app),
                                         add_models_command(app)};
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& success) {
    return app.exit(success);
  } catch (const CLI::ParseError& error) {
    // CLI11 misses the subcommand, but does not say what stood in its place.
    const bool has_word = chosen_command(app) == nullptr && argc > 1 && argv[1][0] != '-';
    return wrong_use(has_word ? argv[1] + std::string(" is no subcommand") : error.what(),
                     chosen_command(app));
  }
  try {
    for (const Command& command : commands)
      if (command.app->parsed()) return command.run();
  } catch (const WrongUse& error) {
    return wrong_use(error.what(), chosen_command(app));
  } catch (const Error& error) {  // before the first photo: something that an option names
    return wrong_use(error.what(), chosen_command(app));
  } catch (const std::exception& error) {
    std::cerr << "portrait-depth: " << error.what() << std::endl;
  }
  return kExitFailure;
}

// What the caller closed would become the first file that is opened, and text would be written into it. A
// descriptor of the wrong direction fails instead.
void occupy_closed_standard_descriptors() {
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    if (::fcntl(descriptor, F_GETFD) < 0 &&
        ::open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY) != descriptor)
      std::abort();  // open() takes the lowest number that is free
}

// What was told on standard output may not have arrived: the disk may be full.
int told(int exit_code) {
  std::cout.flush();
  if (std::cout || exit_code != kExitSuccess) return exit_code;
  std::cerr << "standard output cannot be written; free some room or send it elsewhere" << std::endl;
  return kExitFailure;
}

}  // namespace
}  // namespace portrait_depth::cli

int main(int argc, char** argv) {
  using namespace portrait_depth::cli;
  occupy_closed_standard_descriptors();
  watch_for_interrupt();
  return told(run(argc, argv));
}
