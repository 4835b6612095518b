// The options of every subcommand: photos, results and reports.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "portrait_depth/io.hpp"

namespace CLI {  // NOLINT(readability-identifier-naming): CLI11's own name
class App;
class Validator;
}  // namespace CLI

namespace portrait_depth::cli {

struct JobOptions {
  std::vector<std::string> inputs;
  std::string output = {}, format = {};
  int threads = 0;
  double max_megapixels = static_cast<double>(kMostPhotoPixels) / 1e6;
  std::optional<double> max_memory_megabytes = {}, timeout_seconds = {};
  bool json = false, quiet = false;
  bool recursive = false, resume = false, watch = false, fail_fast = false;
  int jobs = 1;                   ///< Photos at once; 0: one per core.
  const CLI::App* app = nullptr;  ///< Has the given options.

  std::optional<std::int64_t> max_memory_bytes() const;
  int photos_at_once() const;
  /// The cores are divided among the photos at once.
  int threads_of_a_photo() const;
  bool keeps_manifest() const { return resume || watch; }
  /// The limits for every picture that is read, and the smallest shorter side of the result.
  LoadOptions load_options(int min_short_side = 0) const;
};

/// Checks of options' values. The name of each (CLI::Validator::get_name) is the JSON schema of what it
/// accepts. For numbers from `least` to `most`; CLI11's own Range lets NaN through.
CLI::Validator number_between(double least, double most);
CLI::Validator whole_between(int least, int most);
CLI::Validator one_of(const std::vector<std::string>& words);
/// Adds the schema only. CLI11 itself rejects a value that is not a number.
CLI::Validator any_number();

void add_input_options(CLI::App& app, JobOptions& options);
void add_output_options(CLI::App& app, JobOptions& options);
/// Of the subcommands that write a result a photo.
void add_batch_options(CLI::App& app, JobOptions& options);
void add_format_option(CLI::App& app, JobOptions& options);
void add_report_options(CLI::App& app, JobOptions& options);
void add_model_folder_option(CLI::App& app, std::string& folder);

}  // namespace portrait_depth::cli
