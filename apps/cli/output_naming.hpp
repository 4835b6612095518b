// The names of a command's results.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "job_options.hpp"

namespace portrait_depth::cli {

struct Job {
  std::string input;                  ///< A path, or "-".
  std::filesystem::path output = {};  ///< A path, "-", or empty for commands that write no file.
  std::string format = {};            ///< Of the output: an extension in its usual spelling, such as jpg.
  bool has_own_name = false;          ///< The user named the output file.
};

struct OutputRule {
  std::string suffix;                ///< Of results beside the input: portrait-depth.png.
  std::string extension;             ///< The default without a name from -o or --format.
  std::vector<std::string> formats;  ///< Extensions that can be written.
};

/// A file that is read in addition to the photos, and its owner: "the mask's". An empty path does not count.
using Source = std::pair<std::string, std::filesystem::path>;

/// One job an input: its output and format. Throws WrongUse for an unknown extension, one that --format
/// contradicts, and several results for one file.
std::vector<Job> name_jobs(const JobOptions& options, const OutputRule& rule);

/// Checks the files that each job writes against the files that are read, and makes the output folders if
/// there are many inputs. Throws WrongUse for a result that would replace a file that is read. `files` has
/// one list a job.
void prepare_outputs(const std::vector<Job>& jobs,
                     const std::vector<std::vector<std::filesystem::path>>& files,
                     const std::vector<Source>& sources, const JobOptions& options);
/// The same for jobs that write one file each.
void prepare_outputs(const std::vector<Job>& jobs, const std::vector<Source>& sources,
                     const JobOptions& options);

}  // namespace portrait_depth::cli
