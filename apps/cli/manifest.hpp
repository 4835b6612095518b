// The record of a folder's batch, by which a later run finds out what is done: JSON Lines in the output
// folder, one line a photo, in the order in which they ended. Lines are only ever added.
//
//   {"input": "photos/anna.jpg", "sha256": "5f…", "options": {"command": "photo3d", "version": "0.1.0", …},
//    "result": "anna-3d.gif", "files": [{"name": "anna-3d.gif", "bytes": 81234}], "error": null, "seconds":
//    0.8}
#pragma once

#include <cstdint>
#include <filesystem>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <unordered_map>
#include <vector>

#include "manifest_name.hpp"

namespace portrait_depth::cli {

/// What is known of one photo's result. File names are relative to the output folder.
struct ManifestEntry {
  std::string input;                              ///< As given.
  std::string sha256;                             ///< Of the input's bytes.
  std::string result;                             ///< The name of the job's result.
  std::vector<std::filesystem::path> files = {};  ///< All files of the result; empty after an error.
  std::string error = {};                         ///< Empty: done.
  double seconds = 0;
};

class Manifest {
 public:
  /// Reads the folder's manifest, or begins one, and locks it for this process. Ignores lines that are not
  /// complete, as a killed process or a full disk leaves them. `options` are those of all entries of this
  /// run. Throws WrongUse if another process works on the folder, or the file cannot be read and written.
  Manifest(const std::filesystem::path& folder, nlohmann::ordered_json options);
  ~Manifest();
  Manifest(const Manifest&) = delete;
  Manifest& operator=(const Manifest&) = delete;

  /// True if an earlier entry has the same content, options and result, and its files have their sizes.
  bool is_done(const std::string& sha256, const std::filesystem::path& result) const;
  /// Adds a line. For several threads. Throws ErrorCode::unwritable.
  void add(const ManifestEntry& entry);
  /// The name by which entries call a file in the folder.
  std::string name_of(const std::filesystem::path& file) const;

 private:
  struct Done {
    std::string sha256;
    std::size_t options = 0;  // the place in options_
    std::vector<std::pair<std::string, std::uintmax_t>> files = {};
  };

  void read();
  void read_line(const std::string& line);
  std::size_t number_of(const std::string& options);

  std::filesystem::path folder_, path_;
  nlohmann::ordered_json options_json_;
  int descriptor_ = -1;
  bool ends_in_a_line_ = true;
  std::unordered_map<std::string, std::size_t> options_;  // few different ones for many photos
  std::size_t own_options_ = 0;
  std::unordered_map<std::string, Done> done_;  // by the result's name
  std::mutex mutex_;
};

}  // namespace portrait_depth::cli
