// A file in memory: readers and writers that take a path use it without touching a disk.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

namespace portrait_depth::io {

/// Its memory is released by the destructor. path() is valid in this process for as long as the object lives.
class MemoryFile {
 public:
  /// An empty file for a writer. Throws ErrorCode::unwritable if the system has no memory or descriptor left,
  /// and ErrorCode::unsupported on systems without files in memory.
  MemoryFile();
  /// A file with these bytes for a reader.
  explicit MemoryFile(std::span<const std::uint8_t> bytes);
  ~MemoryFile();
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;

  std::filesystem::path path() const;
  /// A copy of the whole content.
  std::vector<std::uint8_t> bytes() const;

 private:
  int descriptor_ = -1;
};

/// True for the path() of a MemoryFile.
bool is_memory_path(const std::filesystem::path& path);

/// A new descriptor of an empty file in memory, or -1 with errno.
int open_memory();

}  // namespace portrait_depth::io
