#include "io/output_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <random>
#include <utility>

#include "portrait_depth/error.hpp"

namespace portrait_depth::io {
namespace {

namespace fs = std::filesystem;

constexpr int attempts_to_find_a_name = 100;

fs::path temporary_beside(const fs::path& target) {
  static thread_local std::mt19937_64 random(std::random_device{}());
  std::string name = ".";
  name.append(target.filename().string()).append(".").append(std::to_string(random() % 1'000'000'000));
  return target.parent_path() / name;
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

OutputFile::OutputFile(const fs::path& path) : target_(path), name_(path.string()) {
  std::error_code error;
  if (path == "-") {
    name_ = "standard output";
    rename_ = false;
  } else {
    if (fs::is_symlink(path, error)) target_ = fs::weakly_canonical(path, error);
    const auto status = fs::status(target_, error);
    if (fs::is_directory(status)) fail(EISDIR);
    // A device such as /dev/null is written into: renaming over it would destroy it.
    rename_ = !fs::exists(status) || fs::is_regular_file(status);
  }
  const fs::path base = rename_ ? target_ : fs::temp_directory_path(error) / "portrait-depth";
  for (int attempt = 0; attempt < attempts_to_find_a_name && descriptor_ < 0; ++attempt) {
    temporary_ = temporary_beside(base);
    descriptor_ = ::open(temporary_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (descriptor_ < 0 && errno != EEXIST) break;
  }
  if (descriptor_ < 0) {
    temporary_.clear();
    fail(errno);
  }
}

OutputFile::~OutputFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
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
  // Some file systems find out only now that there is no room.
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
  if (::rename(temporary_.c_str(), target_.c_str()) != 0) fail(errno);
  temporary_.clear();
}

void write_file(const fs::path& path, std::span<const std::uint8_t> bytes) {
  OutputFile file(path);
  file.write(bytes);
  file.commit();
}

std::string output_format(const fs::path& path, const std::string& format) {
  std::string name = format.empty() ? path.extension().string() : format;
  if (name.starts_with('.')) name.erase(0, 1);
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
  if (name.empty())
    throw Error(ErrorCode::unsupported,
                (path == "-" ? std::string("standard output") : path.string()) +
                    ": no extension tells the format; name one, as in portrait.png, or give --format");
  if (name == "jpg") return "jpeg";
  if (name == "tif") return "tiff";
  return name;
}

}  // namespace portrait_depth::io
