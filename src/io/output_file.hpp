// A file that appears whole or not at all.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

namespace portrait_depth::io {

/// Writes into a temporary file beside the target. commit() renames it into place; the destructor removes an
/// uncommitted one. A replaced file keeps its mode; a write-protected one is rejected. "-" (standard output),
/// pipes and devices receive all bytes at commit().
class OutputFile {
 public:
  /// Throws ErrorCode::unwritable if the folder is missing or not writable.
  explicit OutputFile(const std::filesystem::path& path);
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  /// The temporary file, for callers that write it themselves.
  const std::filesystem::path& temporary_path() const { return temporary_; }
  void write(std::span<const std::uint8_t> bytes);
  /// Ends the writing early, so that many files that wait for their commit() do not stay open.
  void close();
  void commit();
  /// Throws ErrorCode::unwritable with the target, the reason of an errno value, and the action.
  [[noreturn]] void fail(int error_number) const;

 private:
  void open_temporary(const std::filesystem::path& base);
  void copy_to_target();

  std::filesystem::path target_, temporary_;
  std::string name_;
  int descriptor_ = -1;
  bool rename_ = true;
};

/// Removes the temporary files of all OutputFiles and ends the process at once, for a process that must not
/// wait for its other threads.
[[noreturn]] void exit_without_unfinished_files(int code);

/// Writes all of `bytes` to `path` by an OutputFile.
void write_file(const std::filesystem::path& path, std::span<const std::uint8_t> bytes);

/// An output's name in errors and reports: the path, or "standard output" for "-".
std::string output_name(const std::filesystem::path& path);

/// The format that `format` names, or else the path's extension: lower case, without the dot, `jpeg` for
/// `jpg` and `tiff` for `tif`. Throws ErrorCode::unsupported if neither names one.
std::string output_format(const std::filesystem::path& path, const std::string& format);

}  // namespace portrait_depth::io
