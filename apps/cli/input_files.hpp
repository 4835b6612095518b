// The files that a command reads.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "job_options.hpp"

namespace portrait_depth::cli {

struct Input {
  std::string path;                      ///< A path, or "-".
  std::filesystem::path subfolder = {};  ///< From the named folder to the photo's: the result's place too.
};

/// The inputs as files: a folder stands for the photos in it, in order, without results of earlier runs and
/// hidden files; with --recursive also for those of the folders in it, except the output folder, hidden
/// folders and links. Prints one line with the folder's other files unless quiet. Throws WrongUse for a
/// folder without photos, unless it is watched. An input that is missing or cannot be read stays in the
/// list: its own job fails.
std::vector<Input> expand_inputs(const JobOptions& options);

bool is_folder(const std::filesystem::path& path);
/// Without the dot; empty without an extension.
std::string lower_extension(const std::filesystem::path& path);
/// By its extension.
bool is_photo(const std::filesystem::path& path);
/// The extension is part of the name that sets photos with one stem apart.
std::string stem_with_extension(const std::filesystem::path& photo);
/// %d or %04d numbers a sequence's frames in a name from -o, but not in a photo's own name.
std::string without_number_pattern(const std::string& stem);

}  // namespace portrait_depth::cli
