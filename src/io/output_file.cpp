#include "io/output_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <mutex>
#include <random>
#include <set>
#include <utility>

#include "portrait_depth/error.hpp"

namespace portrait_depth::io {
namespace {

namespace fs = std::filesystem;

constexpr int kAttemptsToFindAName = 100;

fs::path temporary_beside(const fs::path& target) {
  static thread_local std::mt19937_64 random(std::random_device{}());
  // A name may have 255 bytes, and the target's may be nearly as long.
  constexpr std::size_t kLongestName = 200;
  std::string name = target.filename().string();
  if (name.size() > kLongestName) name = "portrait-depth";
  return target.parent_path() / ("." + name + "." + std::to_string(random() % 1'000'000'000));
}

// The temporary files that exist. One that the process creates is registered before the lock is released.
struct UnfinishedFiles {
  std::mutex mutex;
  std::set<fs::path> paths;
};
UnfinishedFiles& unfinished() {
  static auto* const files = new UnfinishedFiles;  // other threads use it while the process ends
  return *files;
}

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

}  // namespace

OutputFile::OutputFile(const fs::path& path) : target_(path), name_(output_name(path)) {
  std::error_code error;
  struct stat old = {};
  bool replaces = false;
  if (path == "-") {
    rename_ = false;
  } else {
    const bool exists = ::stat(path.c_str(), &old) == 0;
    // A cycle of links or a name that is too long: rename() would succeed late or replace the link.
    if (!exists && errno != ENOENT) fail(errno);
    replaces = exists && S_ISREG(old.st_mode);
    if (exists && S_ISDIR(old.st_mode)) fail(EISDIR);
    if (replaces && ::access(path.c_str(), W_OK) != 0) fail(errno);
    // Pipes and devices such as /dev/null are written to directly: rename() would replace them.
    rename_ = !exists || replaces;
    while (rename_ && fs::is_symlink(target_, error))
      target_ = target_.parent_path() / fs::read_symlink(target_, error);
  }
  const fs::path base = rename_ ? target_ : fs::temp_directory_path(error) / "portrait-depth";
  open_temporary(base);
  // The new file keeps the old file's permissions. File systems without permissions ignore the call.
  if (replaces) static_cast<void>(::fchmod(descriptor_, old.st_mode & 07777));
}

void OutputFile::open_temporary(const fs::path& base) {
  const std::lock_guard lock(unfinished().mutex);
  for (int attempt = 0; attempt < kAttemptsToFindAName && descriptor_ < 0; ++attempt) {
    temporary_ = temporary_beside(base);
    descriptor_ = ::open(temporary_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (descriptor_ < 0 && errno != EEXIST) break;
  }
  if (descriptor_ < 0) {
    temporary_.clear();
    fail(errno);
  }
  unfinished().paths.insert(temporary_);
}

OutputFile::~OutputFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
  if (temporary_.empty()) return;
  const std::lock_guard lock(unfinished().mutex);
  ::unlink(temporary_.c_str());
  unfinished().paths.erase(temporary_);
}

void OutputFile::fail(int error_number) const {
  throw Error(ErrorCode::unwritable,
              name_ + " cannot be written: " + std::strerror(error_number) + "; " + way_out(error_number));
}

void OutputFile::write(std::span<const std::uint8_t> bytes) {
  if (!write_all(descriptor_, bytes)) fail(errno);
}

void OutputFile::close() {
  if (descriptor_ < 0 || !rename_) return;
  // Some file systems report a full disk only at close().
  if (::close(std::exchange(descriptor_, -1)) != 0) fail(errno);
}

void OutputFile::copy_to_target() {
  const bool is_standard_output = target_ == "-";
  const int target = is_standard_output ? STDOUT_FILENO : ::open(target_.c_str(), O_WRONLY | O_CLOEXEC);
  if (target < 0) fail(errno);
  std::array<std::uint8_t, 1 << 16> block;
  int error_number = ::lseek(descriptor_, 0, SEEK_SET) == 0 ? 0 : errno;
  while (error_number == 0) {
    const ssize_t count = ::read(descriptor_, block.data(), block.size());
    if (count == 0) break;
    if (count < 0 || !write_all(target, {block.data(), static_cast<std::size_t>(count)}))
      error_number = errno;
  }
  if (!is_standard_output && ::close(target) != 0 && error_number == 0) error_number = errno;
  if (error_number != 0) fail(error_number);
}

void OutputFile::commit() {
  if (!rename_) {
    copy_to_target();
    return;
  }
  close();
  const std::lock_guard lock(unfinished().mutex);
  if (::rename(temporary_.c_str(), target_.c_str()) != 0) fail(errno);
  unfinished().paths.erase(temporary_);
  temporary_.clear();
}

void exit_without_unfinished_files(int code) {
  const std::lock_guard lock(unfinished().mutex);
  for (const fs::path& path : unfinished().paths) ::unlink(path.c_str());
  ::_exit(code);
}

void write_file(const fs::path& path, std::span<const std::uint8_t> bytes) {
  OutputFile file(path);
  file.write(bytes);
  file.commit();
}

std::string output_name(const fs::path& path) {
  return path == "-" ? "standard output" : path.string();
}

std::string output_format(const fs::path& path, const std::string& format) {
  std::string name = format.empty() ? path.extension().string() : format;
  if (name.starts_with('.')) name.erase(0, 1);
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
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
