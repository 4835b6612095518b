// The command portrait-depth.
#include <fcntl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cstdlib>
#include <exception>
#include <iostream>
#include <string>
#include <system_error>

#include "command.hpp"
#include "command_line.hpp"
#include "interrupt.hpp"
#include "library_messages.hpp"
#include "missing_memory.hpp"
#include "serve_command.hpp"

namespace portrait_depth::cli {
namespace {

// The first opened file would take the place of a closed standard descriptor, and text would be written into
// it. A descriptor of the wrong direction fails instead.
void occupy_closed_standard_descriptors() {
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    if (::fcntl(descriptor, F_GETFD) < 0 &&
        ::open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY) != descriptor)
      std::abort();  // open() takes the lowest number that is free
}

// Checks that all text reached standard output: the disk may be full.
int checked_output(int exit_code) {
  std::cout.flush();
  if (std::cout || exit_code != kExitSuccess) return exit_code;
  std::cerr << "standard output cannot be written; free some space or redirect it elsewhere" << std::endl;
  return kExitFailure;
}

}  // namespace
}  // namespace portrait_depth::cli

int main(int argc, char** argv) {
  using namespace portrait_depth::cli;
  ::prctl(PR_SET_NAME, "portrait-depth");  // the launcher starts a file of another name
  occupy_closed_standard_descriptors();
  separate_library_messages();
  watch_for_missing_memory();
  try {
    watch_for_interrupt();
    return checked_output(run_command_line(argc, argv, {portrait_depth::serve::add_serve_command}));
  } catch (const std::system_error& error) {
    std::cerr << (is_missing_memory(error) ? missing_memory_line("portrait-depth")
                                           : std::string("portrait-depth: ") + error.what())
              << std::endl;
  } catch (const std::exception& error) {
    std::cerr << "portrait-depth: " << error.what() << std::endl;
  }
  return kExitFailure;
}
