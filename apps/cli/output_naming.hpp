// Which files are read, and where the results go.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "job_options.hpp"

namespace portrait_depth::cli {

struct Job {
  std::string input;             ///< A path, or "-".
  std::filesystem::path output;  ///< A path, "-", or empty for commands that write no file.
};

struct OutputRule {
  std::string suffix;                ///< Of results beside the input: portrait-depth.png.
  std::string extension;             ///< Where neither -o nor --format says one.
  std::vector<std::string> formats;  ///< Extensions that can be written.
  /// Throws WrongUse or Error where options and this result do not go together.
  std::function<void(const std::filesystem::path& output, const std::string& format)> check = {};
  /// The files that a result is made of, where that is not `output` alone.
  std::function<std::vector<std::filesystem::path>(const std::filesystem::path& output,
                                                   const std::string& format)>
      files = {};
  /// What is read besides the photos, and whose it is: "the mask's". Empty paths do not count.
  std::vector<std::pair<std::string, std::filesystem::path>> sources = {};
};

/// The inputs as files: a folder stands for the photos in it, in order, without results of earlier runs.
/// Throws WrongUse for a folder without photos. What is missing or cannot be read stays in: it fails when its
/// turn comes.
std::vector<std::string> expand_inputs(const std::vector<std::string>& inputs);

/// One job an input. Throws WrongUse for an unknown extension, one that --format contradicts, several results
/// for one file, or a result over a file that is read. Makes the output folder where there are many inputs.
std::vector<Job> plan_jobs(const JobOptions& options, const OutputRule& rule);

/// The format of a result: the path's extension or --format, lower case.
std::string format_of(const std::filesystem::path& output, const JobOptions& options, const OutputRule& rule);

}  // namespace portrait_depth::cli
