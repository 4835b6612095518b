#include "library_messages.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <iostream>
#include <streambuf>

#ifdef PORTRAIT_DEPTH_SANITIZED
#include <sanitizer/common_interface_defs.h>
#endif

namespace portrait_depth::cli {
namespace {

constexpr int kFirstFreeDescriptor = 10;  // the lower numbers stay as a shell hands them over

int own_descriptor = STDERR_FILENO, kept_messages = -1;

// Writes at once, as standard error does.
class DescriptorBuffer : public std::streambuf {
 public:
  explicit DescriptorBuffer(int descriptor) : descriptor_(descriptor) {}

 protected:
  int_type overflow(int_type character) override {
    const char byte = traits_type::to_char_type(character);
    return traits_type::eq_int_type(character, traits_type::eof()) || xsputn(&byte, 1) == 1
               ? traits_type::not_eof(character)
               : traits_type::eof();
  }
  std::streamsize xsputn(const char* text, std::streamsize size) override {
    std::streamsize written = 0;
    while (written < size) {
      const ssize_t count = ::write(descriptor_, text + written, static_cast<std::size_t>(size - written));
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) break;
      written += count;
    }
    return written;
  }

 private:
  int descriptor_;
};

extern "C" void print_kept_messages(int number) {
  std::array<char, 4096> block;
  for (ssize_t count = 0; (count = ::read(kept_messages, block.data(), block.size())) > 0;)
    if (::write(own_descriptor, block.data(), static_cast<std::size_t>(count)) < 0) break;
  std::signal(number, SIG_DFL);
  std::raise(number);
}

void print_them_after_a_crash() {
#ifdef PORTRAIT_DEPTH_SANITIZED
  __sanitizer_set_report_fd(reinterpret_cast<void*>(static_cast<std::intptr_t>(own_descriptor)));
#else
  for (const int number : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP})
    std::signal(number, print_kept_messages);
#endif
}

}  // namespace

void separate_library_messages() {
  // The pipe holds the first 64 KiB. A library does not wait for room in it.
  std::array<int, 2> ends = {};
  const int own = ::fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, kFirstFreeDescriptor);
  if (own < 0 || ::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) != 0) return;
  own_descriptor = own;
  kept_messages = ::fcntl(ends[0], F_DUPFD_CLOEXEC, kFirstFreeDescriptor);
  ::close(ends[0]);
  ::dup2(ends[1], STDERR_FILENO);
  ::close(ends[1]);
  // Never deleted: the stream is flushed after the last destructor.
  static auto* const buffer = new DescriptorBuffer(own_descriptor);
  std::cerr.rdbuf(buffer);
  print_them_after_a_crash();
}

int message_descriptor() {
  return own_descriptor;
}

}  // namespace portrait_depth::cli
