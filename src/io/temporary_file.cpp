#include "io/temporary_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <mutex>
#include <new>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "io/memory_file.hpp"

namespace portrait_depth::io {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPrefix = ".portrait-depth-", kSuffix = ".tmp";
constexpr std::size_t kDigits = 16;
constexpr int kAttemptsToFindAName = 100;
constexpr std::size_t kMostCollectedFolders = 1000;  // that are remembered

// The names that must not outlive the process. A name is registered before the lock is released.
// The lock may be taken twice: missing memory ends the process from inside (exit_without_unfinished_files).
struct UnfinishedFiles {
  std::recursive_timed_mutex mutex;
  std::set<fs::path> paths;
  std::set<fs::path> collected_folders;
};
// Other threads use it while the process ends, so that it is never destroyed. It exists without a request for
// memory, which may be missing.
UnfinishedFiles& unfinished() {
  alignas(UnfinishedFiles) static std::array<std::byte, sizeof(UnfinishedFiles)> place;
  static auto* const files = new (place.data()) UnfinishedFiles;
  return *files;
}

fs::path hidden_name(const fs::path& folder) {
  static thread_local std::mt19937_64 random(std::random_device{}());
  std::array<char, kDigits + 1> digits = {};
  std::snprintf(digits.data(), digits.size(), "%016llx", static_cast<unsigned long long>(random()));
  return folder / std::string(kPrefix).append(digits.data()).append(kSuffix);
}

bool is_hidden_name(std::string_view name) {
  if (name.size() != kPrefix.size() + kDigits + kSuffix.size()) return false;
  const std::string_view digits = name.substr(kPrefix.size(), kDigits);
  return name.starts_with(kPrefix) && name.ends_with(kSuffix) &&
         digits.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

// A lock belongs to the open file: it ends with the process that opened the file, by kill -9 as well.
bool lock_file(int descriptor) {
  return ::flock(descriptor, LOCK_EX | LOCK_NB) == 0;
}

void remove_if_left_over(const fs::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (descriptor < 0) return;
  struct stat state = {};
  const bool is_own =
      ::fstat(descriptor, &state) == 0 && S_ISREG(state.st_mode) && state.st_uid == ::geteuid();
  if (is_own && lock_file(descriptor)) ::unlink(path.c_str());
  ::close(descriptor);
}

// Files that cannot be listed or removed stay. The new file is written all the same.
void remove_left_over_files(const fs::path& folder) {
  std::set<fs::path>& collected = unfinished().collected_folders;
  if (collected.size() == kMostCollectedFolders) collected.clear();
  if (!collected.insert(folder).second) return;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error))
    if (is_hidden_name(entry->path().filename().native())) remove_if_left_over(entry->path());
}

// "" names the current folder in a relative path.
fs::path folder_to_open(const fs::path& folder) {
  return folder.empty() ? "." : folder;
}

fs::path path_of_descriptor(int descriptor) {
  return "/proc/self/fd/" + std::to_string(descriptor);
}

int open_nameless(const fs::path& folder) {
#ifdef O_TMPFILE
  const int descriptor = ::open(folder.c_str(), O_RDWR | O_TMPFILE | O_CLOEXEC, 0666);
  if (descriptor < 0) return -1;
  // Without /proc the file could not get its name.
  if (::access(path_of_descriptor(descriptor).c_str(), F_OK) == 0) return descriptor;
  ::close(descriptor);
#endif
  errno = EOPNOTSUPP;
  return -1;
}

// File systems and kernels without nameless files report one of these.
bool lacks_nameless_files(int error_number) {
  return error_number == EOPNOTSUPP || error_number == EISDIR || error_number == EINVAL;
}

bool link_to(int descriptor, const fs::path& target) {
  return ::linkat(AT_FDCWD, path_of_descriptor(descriptor).c_str(), AT_FDCWD, target.c_str(),
                  AT_SYMLINK_FOLLOW) == 0;
}

// Devices and some network file systems cannot do more than write() did.
bool write_to_disk(int descriptor) {
  return ::fsync(descriptor) == 0 || errno == EINVAL || errno == EROFS || errno == ENOTSUP;
}

// The name reaches the disk with its folder. The file is complete by then, so that a failure here is ignored.
void write_folder_to_disk(const fs::path& folder) {
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  static_cast<void>(::fsync(descriptor));
  ::close(descriptor);
}

}  // namespace

TemporaryFile::~TemporaryFile() {
  if (!name_.empty()) {
    const std::lock_guard lock(unfinished().mutex);
    ::unlink(name_.c_str());
    unfinished().paths.erase(name_);
  }
  close();
}

void TemporaryFile::close() {
  if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
}

int TemporaryFile::open(const fs::path& folder) {
  const std::lock_guard lock(unfinished().mutex);
  remove_left_over_files(folder_to_open(folder));
  descriptor_ = open_nameless(folder_to_open(folder));
  if (descriptor_ >= 0) return 0;
  return lacks_nameless_files(errno) ? open_named(folder) : errno;
}

int TemporaryFile::open_in_memory() {
  descriptor_ = open_memory();
  return descriptor_ >= 0 ? 0 : errno;
}

int TemporaryFile::open_named(const fs::path& folder) {
  for (int attempt = 0; attempt < kAttemptsToFindAName; ++attempt) {
    fs::path name = hidden_name(folder);
    descriptor_ = ::open(name.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (descriptor_ < 0 && errno != EEXIST) return errno;
    if (descriptor_ < 0) continue;
    name_ = std::move(name);
    unfinished().paths.insert(name_);
    // Another process may have removed the file before it was locked. Some file systems have no locks.
    struct stat state = {};
    const bool is_locked = lock_file(descriptor_) || errno != EWOULDBLOCK;
    if (is_locked && ::fstat(descriptor_, &state) == 0 && state.st_nlink > 0) return 0;
    unfinished().paths.erase(name_);
    name_.clear();
    close();
  }
  return EEXIST;
}

fs::path TemporaryFile::path() const {
  return name_.empty() ? path_of_descriptor(descriptor_) : name_;
}

int TemporaryFile::move_to(const fs::path& target) {
  if (!write_to_disk(descriptor_)) return errno;
  {
    const std::lock_guard lock(unfinished().mutex);
    const bool has_name = name_.empty() && link_to(descriptor_, target);
    if (!has_name) {
      if (name_.empty() && errno != EEXIST) return errno;
      if (const int error_number = replace(target); error_number != 0) return error_number;
    }
  }
  close();
  write_folder_to_disk(folder_to_open(target.parent_path()));
  return 0;
}

// Only rename() replaces a file in one step, and it needs a name.
int TemporaryFile::replace(const fs::path& target) {
  for (int attempt = 0; name_.empty() && attempt < kAttemptsToFindAName; ++attempt) {
    fs::path name = hidden_name(target.parent_path());
    lock_file(descriptor_);
    if (link_to(descriptor_, name))
      name_ = std::move(name);
    else if (errno != EEXIST)
      return errno;
  }
  if (name_.empty()) return EEXIST;
  unfinished().paths.insert(name_);
  if (::rename(name_.c_str(), target.c_str()) != 0) return errno;
  unfinished().paths.erase(name_);
  name_.clear();
  return 0;
}

ProvisionalFile::ProvisionalFile(const fs::path& path) : path_(path) {
  const std::lock_guard lock(unfinished().mutex);
  unfinished().paths.insert(path_);
}

ProvisionalFile::~ProvisionalFile() {
  if (path_.empty()) return;
  const std::lock_guard lock(unfinished().mutex);
  ::unlink(path_.c_str());
  unfinished().paths.erase(path_);
}

ProvisionalFile::ProvisionalFile(ProvisionalFile&& other) noexcept : path_(std::exchange(other.path_, {})) {}

void ProvisionalFile::keep() {
  const std::lock_guard lock(unfinished().mutex);
  unfinished().paths.erase(path_);
  path_.clear();
}

void exit_without_unfinished_files(int code) {
  // A thread that holds the lock may itself wait for the end.
  constexpr std::chrono::milliseconds kLongestWait(500);
  const std::unique_lock lock(unfinished().mutex, kLongestWait);
  for (const fs::path& path : unfinished().paths) ::unlink(path.c_str());
  ::_exit(code);
}

}  // namespace portrait_depth::io
