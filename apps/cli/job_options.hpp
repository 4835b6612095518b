// The options of every subcommand: photos, results and reports.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace CLI {  // NOLINT(readability-identifier-naming): CLI11's own name
class App;
class Validator;
}  // namespace CLI

namespace portrait_depth::cli {

struct JobOptions {
  std::vector<std::string> inputs;
  std::string output = {}, format = {};
  int threads = 0;
  double max_megapixels = 200;
  bool json = false, quiet = false;

  std::int64_t max_pixels() const { return static_cast<std::int64_t>(max_megapixels * 1e6); }
};

/// For numbers from `least` to `most`; CLI11's own Range lets NaN through.
CLI::Validator number_between(double least, double most);

void add_input_options(CLI::App& app, JobOptions& options);
void add_output_options(CLI::App& app, JobOptions& options);
void add_report_options(CLI::App& app, JobOptions& options);
void add_model_folder_option(CLI::App& app, std::string& folder);

}  // namespace portrait_depth::cli
