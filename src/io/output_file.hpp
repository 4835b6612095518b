// A file that appears whole or not at all.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>

#include "io/temporary_file.hpp"

namespace portrait_depth::io {

/// The place of an output.
struct OutputTarget {
  std::filesystem::path path;    ///< Links are followed.
  std::string name;              ///< In errors.
  std::optional<unsigned> mode;  ///< Of the file that is replaced; empty: none is.
  bool is_file = true;           ///< False: standard output, a pipe or a device, which cannot be replaced.
  bool is_memory = false;        ///< A MemoryFile: no part of the result touches a disk.
};
/// Throws ErrorCode::unwritable for a folder and for a file that may not be written.
OutputTarget output_target(const std::filesystem::path& path);

/// Writes into a temporary file in the target's folder. commit() writes the file to the disk and gives it the
/// target's name; the destructor removes an uncommitted one. A replaced file keeps its mode; a
/// write-protected one is rejected. "-" (standard output), pipes and devices receive all bytes at commit().
class OutputFile {
 public:
  /// Throws ErrorCode::unwritable if the folder is missing or not writable.
  explicit OutputFile(const std::filesystem::path& path);
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  /// A path for a writer that opens the file itself.
  std::filesystem::path temporary_path() const { return temporary_.path(); }
  void write(std::span<const std::uint8_t> bytes);
  /// Reads bytes that were written, from `position` on.
  void read(std::span<std::uint8_t> bytes, std::size_t position) const;
  void commit();
  /// As commit(), for one of several files that belong together. The destructor removes the file unless
  /// keep() is called; an older file that was replaced does not come back.
  void commit_provisionally();
  void keep();
  /// Throws ErrorCode::unwritable with the target, the reason of an errno value, and the action.
  [[noreturn]] void fail(int error_number) const;

 private:
  void copy_to_target();

  OutputTarget target_;
  TemporaryFile temporary_;
  std::optional<ProvisionalFile> provisional_;
};

/// Writes all of `bytes` to `path` by an OutputFile.
void write_file(const std::filesystem::path& path, std::span<const std::uint8_t> bytes);

/// An output's name in errors and reports: the path, "standard output" for "-", "the result" for a
/// MemoryFile.
std::string output_name(const std::filesystem::path& path);

/// The format that `format` names, or else the path's extension: lower case, without the dot, `jpeg` for
/// `jpg` and `tiff` for `tif`. Throws ErrorCode::unsupported if neither names one.
std::string output_format(const std::filesystem::path& path, const std::string& format);

}  // namespace portrait_depth::io
