// Storage for an output until it is complete, and the files that must not outlive a process that fails.
//
// A temporary file has no name if the file system supports that (O_TMPFILE, Linux): the kernel removes it
// with its process, also after kill -9. Elsewhere, and for the moment in which it replaces an older file, it
// is a hidden file that is locked while its process lives. The first TemporaryFile of a process in a folder
// removes the hidden files that earlier processes left there: the name has this program's form, the owner is
// the same, and the lock is free.
#pragma once

#include <filesystem>

namespace portrait_depth::io {

class TemporaryFile {
 public:
  TemporaryFile() = default;
  /// Removes the file unless it was moved to its place.
  ~TemporaryFile();
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  /// Creates the file in `folder`, which must be on the file system of its later place. Returns 0 or an errno
  /// value.
  int open(const std::filesystem::path& folder);
  /// Creates the file in memory, where it stays: move_to() is not for it. Returns 0 or an errno value.
  int open_in_memory();
  int descriptor() const { return descriptor_; }
  /// A path by which this process can open the file once more.
  std::filesystem::path path() const;
  /// Writes the file's bytes to the disk, gives it its name, or puts it in the place of the file of that
  /// name, and closes it. Returns 0 or an errno value; after an error no new name exists.
  int move_to(const std::filesystem::path& target);

 private:
  int open_named(const std::filesystem::path& folder);
  int replace(const std::filesystem::path& target);
  void close();

  std::filesystem::path name_;  // empty: the file has no name
  int descriptor_ = -1;
};

/// Registers a complete file that is of no use alone, such as one frame of a sequence. It is removed unless
/// keep() is called.
class ProvisionalFile {
 public:
  ProvisionalFile() = default;
  explicit ProvisionalFile(const std::filesystem::path& path);
  ~ProvisionalFile();
  ProvisionalFile(ProvisionalFile&& other) noexcept;
  ProvisionalFile& operator=(ProvisionalFile&&) = delete;
  void keep();

 private:
  std::filesystem::path path_;
};

/// Removes the hidden and provisional files of this process and ends it at once, for a process that must not
/// wait for its other threads.
[[noreturn]] void exit_without_unfinished_files(int code);

}  // namespace portrait_depth::io
