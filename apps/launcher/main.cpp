// The program portrait-depth of an installation. It prints the command's texts, such as --help, by itself. For all other
// arguments it becomes the command in libexec/, which loads its libraries first.
//
// It uses the C library alone. It makes no descriptor and requests no memory before the command takes its place.
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <string_view>

#include "texts.hpp"

namespace portrait_depth::launcher {
namespace {

constexpr std::string_view kCommand = "/libexec/portrait-depth-command";

const Text* find_text(std::span<char* const> arguments) {
  const auto is_answer = [&](const Text& text) {
    const auto wanted_end = std::find(text.arguments.begin(), text.arguments.end(), std::string_view());
    return std::equal(text.arguments.begin(), wanted_end, arguments.begin(), arguments.end(),
                      [](std::string_view wanted, const char* argument) { return wanted == argument; });
  };
  const auto found = std::find_if(kTexts.begin(), kTexts.end(), is_answer);
  return found == kTexts.end() ? nullptr : &*found;
}

bool write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(descriptor, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

/// Returns false if an output cannot be written. The signals of a failed write do not end the process, as in the command.
bool print(const Text& text) {
  const auto pipe_handler = std::signal(SIGPIPE, SIG_IGN), size_handler = std::signal(SIGXFSZ, SIG_IGN);
  const bool is_done = write_all(STDOUT_FILENO, text.output) && write_all(STDERR_FILENO, text.errors);
  std::signal(SIGPIPE, pipe_handler);
  std::signal(SIGXFSZ, size_handler);
  return is_done;
}

/// Becomes the command. Returns if that fails, with the reason in errno. `path` receives the command's place, which follows
/// from the folder of this program: /usr/bin/portrait-depth starts /usr/libexec/portrait-depth-command.
void become_command(char* const* argv, std::span<char> path) {
  const ssize_t size = ::readlink("/proc/self/exe", path.data(), path.size() - kCommand.size() - 1);
  if (size <= 0) return;
  const std::string_view self(path.data(), static_cast<std::size_t>(size));
  const std::size_t prefix = self.rfind('/', self.rfind('/') - 1);
  *std::copy(kCommand.begin(), kCommand.end(), path.data() + prefix) = '\0';
  ::execv(path.data(), argv);
}

}  // namespace
}  // namespace portrait_depth::launcher

int main(int argc, char** argv) {
  using namespace portrait_depth::launcher;
  const Text* text = argc > 0 ? find_text(std::span(argv, static_cast<std::size_t>(argc)).subspan(1)) : nullptr;
  if (text != nullptr && print(*text)) return text->exit_code;
  // The command also reports an output that cannot be written.
  std::array<char, PATH_MAX> path = {};
  become_command(argv, path);
  std::fprintf(stderr, "%s: the program cannot be started: %s; install portrait-depth again\n",
               path[0] == '\0' ? "portrait-depth" : path.data(), std::strerror(errno));
  return 1;
}
