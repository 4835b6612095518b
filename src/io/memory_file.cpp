#include "io/memory_file.hpp"

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <string_view>

#include "portrait_depth/error.hpp"

namespace portrait_depth::io {
namespace {

constexpr std::string_view kDescriptors = "/proc/self/fd/";
constexpr std::string_view kLinkStart = "/memfd:portrait-depth";

[[noreturn]] void fail(int error_number) {
  if (error_number == ENOSYS)
    throw Error(ErrorCode::unsupported,
                "a file in memory: unsupported: this system has none. Write the result to a file.");
  throw Error(ErrorCode::unwritable, std::string("a file in memory cannot be written: ") +
                                         std::strerror(error_number) +
                                         "; end other programs or choose a smaller result");
}

}  // namespace

int open_memory() {
#ifdef MFD_CLOEXEC
  return ::memfd_create("portrait-depth", MFD_CLOEXEC);
#else
  errno = ENOSYS;
  return -1;
#endif
}

MemoryFile::MemoryFile() : descriptor_(open_memory()) {
  if (descriptor_ < 0) fail(errno);
}

MemoryFile::MemoryFile(std::span<const std::uint8_t> bytes) : MemoryFile() {
  while (!bytes.empty()) {
    const ssize_t count = ::write(descriptor_, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail(errno);
    bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
}

MemoryFile::~MemoryFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

std::filesystem::path MemoryFile::path() const {
  return std::string(kDescriptors) + std::to_string(descriptor_);
}

std::vector<std::uint8_t> MemoryFile::bytes() const {
  struct stat state = {};
  if (::fstat(descriptor_, &state) != 0) fail(errno);
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(state.st_size));
  std::size_t position = 0;
  while (position < bytes.size()) {
    const ssize_t count =
        ::pread(descriptor_, bytes.data() + position, bytes.size() - position, static_cast<off_t>(position));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) fail(count < 0 ? errno : EIO);
    position += static_cast<std::size_t>(count);
  }
  return bytes;
}

bool is_memory_path(const std::filesystem::path& path) {
  if (!path.native().starts_with(kDescriptors)) return false;
  std::error_code error;
  const std::filesystem::path link = std::filesystem::read_symlink(path, error);
  return !error && link.native().starts_with(kLinkStart);
}

}  // namespace portrait_depth::io
