#include "io/output_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "io/memory_file.hpp"
#include "portrait_depth/error.hpp"
#include "text/lower_case.hpp"

namespace portrait_depth::io {
namespace {

namespace fs = std::filesystem;

std::string way_out(int error_number) {
  switch (error_number) {
    case ENOSPC:
    case EDQUOT:
      return "free some room or write elsewhere";
    case EACCES:
    case EPERM:
    case EROFS:
      return "write into a folder that you own";
    case ENOENT:
    case ENOTDIR:
      return "make the folder first";
    default:
      return "write elsewhere";
  }
}

bool write_all(int descriptor, std::span<const std::uint8_t> bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(descriptor, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
  return true;
}

[[noreturn]] void fail_to_write(const std::string& name, int error_number) {
  throw Error(ErrorCode::unwritable,
              name + " cannot be written: " + std::strerror(error_number) + "; " + way_out(error_number));
}

}  // namespace

OutputTarget output_target(const fs::path& path) {
  OutputTarget target = {.path = path, .name = output_name(path), .mode = {}};
  target.is_memory = is_memory_path(path);
  if (path == "-" || target.is_memory) {
    target.is_file = false;
    return target;
  }
  struct stat old = {};
  const bool exists = ::stat(path.c_str(), &old) == 0;
  // A cycle of links or a name that is too long: rename() would succeed late or replace the link.
  if (!exists && errno != ENOENT) fail_to_write(target.name, errno);
  if (exists && S_ISDIR(old.st_mode)) fail_to_write(target.name, EISDIR);
  if (exists && S_ISREG(old.st_mode)) {
    if (::access(path.c_str(), W_OK) != 0) fail_to_write(target.name, errno);
    target.mode = old.st_mode & 07777;
  }
  // Pipes and devices such as /dev/null are written to directly: rename() would replace them.
  target.is_file = !exists || target.mode.has_value();
  std::error_code error;
  while (target.is_file && fs::is_symlink(target.path, error))
    target.path = target.path.parent_path() / fs::read_symlink(target.path, error);
  return target;
}

OutputFile::OutputFile(const fs::path& path) : target_(output_target(path)) {
  std::error_code error;
  const fs::path folder = target_.is_file ? target_.path.parent_path() : fs::temp_directory_path(error);
  const int error_number = target_.is_memory ? temporary_.open_in_memory() : temporary_.open(folder);
  if (error_number != 0) fail(error_number);
  // File systems without permissions ignore the call.
  if (target_.mode) static_cast<void>(::fchmod(temporary_.descriptor(), *target_.mode));
}

void OutputFile::fail(int error_number) const {
  fail_to_write(target_.name, error_number);
}

void OutputFile::write(std::span<const std::uint8_t> bytes) {
  if (!write_all(temporary_.descriptor(), bytes)) fail(errno);
}

void OutputFile::read(std::span<std::uint8_t> bytes, std::size_t position) const {
  while (!bytes.empty()) {
    const ssize_t count =
        ::pread(temporary_.descriptor(), bytes.data(), bytes.size(), static_cast<off_t>(position));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) fail(count < 0 ? errno : EIO);
    bytes = bytes.subspan(static_cast<std::size_t>(count));
    position += static_cast<std::size_t>(count);
  }
}

void OutputFile::copy_to_target() {
  const bool is_standard_output = target_.path == "-";
  const int target = is_standard_output ? STDOUT_FILENO : ::open(target_.path.c_str(), O_WRONLY | O_CLOEXEC);
  if (target < 0) fail(errno);
  std::array<std::uint8_t, 1 << 16> block;
  int error_number = ::lseek(temporary_.descriptor(), 0, SEEK_SET) == 0 ? 0 : errno;
  while (error_number == 0) {
    const ssize_t count = ::read(temporary_.descriptor(), block.data(), block.size());
    if (count == 0) break;
    if (count < 0 || !write_all(target, {block.data(), static_cast<std::size_t>(count)}))
      error_number = errno;
  }
  if (!is_standard_output && ::close(target) != 0 && error_number == 0) error_number = errno;
  if (error_number != 0) fail(error_number);
}

void OutputFile::commit() {
  if (!target_.is_file) {
    copy_to_target();
    return;
  }
  if (const int error_number = temporary_.move_to(target_.path); error_number != 0) fail(error_number);
}

void OutputFile::commit_provisionally() {
  // Registered first: memory may be missing.
  if (target_.is_file && !target_.mode) provisional_.emplace(target_.path);
  try {
    commit();
  } catch (...) {
    keep();
    throw;
  }
}

void OutputFile::keep() {
  if (provisional_) provisional_->keep();
  provisional_.reset();
}

void write_file(const fs::path& path, std::span<const std::uint8_t> bytes) {
  OutputFile file(path);
  file.write(bytes);
  file.commit();
}

std::string output_name(const fs::path& path) {
  if (path == "-") return "standard output";
  return is_memory_path(path) ? "the result" : path.string();
}

std::string output_format(const fs::path& path, const std::string& format) {
  std::string name = lower_case(format.empty() ? path.extension().string() : format);
  if (name.starts_with('.')) name.erase(0, 1);
  if (name.empty())
    throw Error(
        ErrorCode::unsupported,
        output_name(path) +
            (path == "-" ? ": unknown format. Name one, such as png"
                         : ": unknown format: the name has no extension. Add one, such as portrait.png"));
  if (name == "jpg") return "jpeg";
  if (name == "tif") return "tiff";
  return name;
}

}  // namespace portrait_depth::io
