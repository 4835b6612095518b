// The files of a watched folder that are complete.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace portrait_depth::cli {

/// Differs after each write and for another file of the name.
struct FileState {
  ino_t number = 0;
  off_t bytes = 0;
  std::int64_t written_seconds = 0, written_nanoseconds = 0;

  /// std::nullopt unless it is a regular file.
  static std::optional<FileState> of(const std::string& path);
  bool operator==(const FileState&) const = default;
};

/// A file is complete if no process has it open for writing and it stayed as it is for two seconds. Systems
/// that do not report writers, such as network file systems, have the second sign only.
class SettledFiles {
 public:
  /// Ignores SIGIO, by which the system reports a writer while this process looks for one.
  SettledFiles();
  /// True once for each state of a complete file.
  bool take(const std::string& path);
  /// Call it after each listing: files that are gone are forgotten.
  void end_listing();

 private:
  using Clock = std::chrono::steady_clock;
  struct Seen {
    FileState state;
    Clock::time_point since;
    bool is_taken = false;
    unsigned listing = 0;  // the last one with the file
  };
  std::map<std::string, Seen> files_;
  unsigned listing_ = 0;
};

}  // namespace portrait_depth::cli
