// Files that the program reads, and the errors of a file that cannot be read.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace portrait_depth {

/// Throws the Error of a file that cannot be opened or read: "NAME: CLASS: reason. Action." `noun` is the
/// kind of file, such as "depth map"; `error_number` is errno.
[[noreturn]] void fail_reading(const std::string& name, std::string_view noun, int error_number);

/// A kind of file, its largest size, and the action of a user whose file is larger.
struct FileKind {
  std::string_view noun;
  std::size_t most_bytes;
  std::string_view action_if_too_large;
};

/// A file, a pipe or standard input that is open for reading. Errors are those of `fail_reading`.
class InputFile {
 public:
  InputFile(const std::filesystem::path& path, std::string_view noun);
  /// Its name is "standard input".
  static InputFile standard_input(std::string_view noun);
  ~InputFile();
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;

  /// Fills `block` from the present place on. Fewer bytes than its size: the end of the file.
  std::size_t read(std::span<std::uint8_t> block);
  /// The same from `offset` on. The present place stays. Not for pipes.
  std::size_t read_at(std::uint64_t offset, std::span<std::uint8_t> block) const;
  /// All bytes from the present place on. Throws too_large for more than `kind.most_bytes`. Calls `check`
  /// before each block; it may throw to end the reading of a stream without end.
  std::vector<std::uint8_t> read_to_end(const FileKind& kind, void (*check)() = nullptr);

 private:
  InputFile(int descriptor, std::string name, std::string_view noun);

  std::string name_;
  std::string_view noun_;
  int descriptor_;
};

/// All bytes of a file or pipe. Throws Error: as `fail_reading`, and `too_large` for more than
/// `kind.most_bytes`.
std::vector<std::uint8_t> read_file(const std::filesystem::path& path, const FileKind& kind);

}  // namespace portrait_depth
