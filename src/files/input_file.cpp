#include "files/input_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "portrait_depth/error.hpp"

namespace portrait_depth {
namespace {

constexpr std::size_t kBlock = std::size_t{1} << 16;

// Calls `read_some(rest, count)`, which has the result of ::read, until `block` is full or the file ends.
template <typename ReadSome>
std::size_t fill(std::span<std::uint8_t> block, const ReadSome& read_some) {
  std::size_t count = 0;
  while (count < block.size()) {
    const ssize_t more = read_some(block.subspan(count), count);
    if (more == 0) break;
    count += static_cast<std::size_t>(more);
  }
  return count;
}

}  // namespace

void fail_reading(const std::string& name, std::string_view noun, int error_number) {
  const std::string kind(noun), text = std::strerror(error_number);
  const auto error = [&](ErrorCode code, const std::string& sentences) {
    return Error(code, name + ": " + sentences);
  };
  switch (error_number) {
    case ENOENT:
    case ENOTDIR:
      throw error(ErrorCode::not_found, "not found: no such " + kind + ". Check the path.");
    case ELOOP:
    case ENAMETOOLONG:
      throw error(ErrorCode::not_found, "not found: " + text + ". Check the path.");
    case EACCES:
    case EPERM:
      throw error(ErrorCode::unreadable,
                  "no permission: the " + kind + " cannot be read. Change its permissions.");
    case EBADF:
      throw error(ErrorCode::not_found, "not found: it is closed. Give a " + kind + ".");
    case EISDIR:
      throw error(ErrorCode::unreadable, "unsupported: a folder, not a " + kind + ". Check the path.");
    case ENOMEM:
      throw error(ErrorCode::too_large,
                  "no memory: the " + kind + " cannot be read. End other programs or raise --max-memory.");
    case EMFILE:
    case ENFILE:
      throw error(ErrorCode::unreadable,
                  "no memory: too many files are open. Close files or raise their limit (ulimit -n).");
    default:
      throw error(ErrorCode::unreadable,
                  "damaged: the " + kind + " cannot be read (" + text + "). Get the file anew.");
  }
}

InputFile::InputFile(int descriptor, std::string name, std::string_view noun)
    : name_(std::move(name)), noun_(noun), descriptor_(descriptor) {
  if (descriptor_ < 0) fail_reading(name_, noun_, errno);
}

InputFile::InputFile(const std::filesystem::path& path, std::string_view noun)
    : InputFile(::open(path.c_str(), O_RDONLY | O_CLOEXEC), path.string(), noun) {}

InputFile InputFile::standard_input(std::string_view noun) {
  return {::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0), "standard input", noun};
}

InputFile::~InputFile() {
  ::close(descriptor_);
}

std::size_t InputFile::read(std::span<std::uint8_t> block) {
  return fill(block, [this](std::span<std::uint8_t> rest, std::size_t) {
    for (;;) {
      const ssize_t more = ::read(descriptor_, rest.data(), rest.size());
      if (more >= 0) return more;
      if (errno != EINTR) fail_reading(name_, noun_, errno);
    }
  });
}

std::size_t InputFile::read_at(std::uint64_t offset, std::span<std::uint8_t> block) const {
  if (offset > static_cast<std::uint64_t>(INT64_MAX) - block.size()) return 0;
  return fill(block, [this, offset](std::span<std::uint8_t> rest, std::size_t done) {
    for (;;) {
      const ssize_t more = ::pread(descriptor_, rest.data(), rest.size(), static_cast<off_t>(offset + done));
      if (more >= 0) return more;
      if (errno != EINTR) fail_reading(name_, noun_, errno);
    }
  });
}

std::vector<std::uint8_t> InputFile::read_to_end(const FileKind& kind, void (*check)()) {
  std::vector<std::uint8_t> bytes;
  struct stat status = {};
  if (::fstat(descriptor_, &status) == 0 && S_ISREG(status.st_mode))
    bytes.reserve(std::min(static_cast<std::size_t>(status.st_size), kind.most_bytes) + kBlock);
  for (;;) {
    if (check != nullptr) check();
    const std::size_t before = bytes.size();
    bytes.resize(before + kBlock);
    const std::size_t count = read(std::span(bytes).subspan(before));
    bytes.resize(before + count);
    if (bytes.size() > kind.most_bytes)
      throw Error(ErrorCode::too_large, name_ + ": too large: more than " +
                                            std::to_string(kind.most_bytes >> 20) + " MiB. " +
                                            std::string(kind.action_if_too_large) + ".");
    if (count < kBlock) return bytes;
  }
}

std::vector<std::uint8_t> read_file(const std::filesystem::path& path, const FileKind& kind) {
  return InputFile(path, kind.noun).read_to_end(kind);
}

}  // namespace portrait_depth
