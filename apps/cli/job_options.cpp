#include "job_options.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>

#include "limit_options.hpp"
#include "manifest_name.hpp"
#include "text/number_text.hpp"

namespace portrait_depth::cli {
namespace {

CLI::Validator named_by_schema(CLI::Validator validator, const nlohmann::ordered_json& schema) {
  validator.name(schema.dump());
  return validator;
}

// Accepts a device's path, as other command lines do, in place of "-".
CLI::Validator dash_for(const std::string& device) {
  const auto change = [device](std::string& text) {
    if (text == device) text = "-";
    return std::string();
  };
  return {change, ""};
}

}  // namespace

std::optional<std::int64_t> JobOptions::max_memory_bytes() const {
  if (!max_memory_megabytes) return std::nullopt;
  return std::llround(*max_memory_megabytes * static_cast<double>(kMegabyte));
}

int JobOptions::photos_at_once() const {
  return jobs > 0 ? jobs : std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

int JobOptions::threads_of_a_photo() const {
  const int at_once = photos_at_once();
  if (threads > 0 || at_once == 1) return threads;
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()) / at_once);
}

LoadOptions JobOptions::load_options(int min_short_side) const {
  LoadOptions options = {.min_short_side = min_short_side,
                         .max_pixels = static_cast<std::int64_t>(max_megapixels * 1e6)};
  options.max_memory_bytes = max_memory_bytes().value_or(options.max_memory_bytes);
  return options;
}

CLI::Validator number_between(double least, double most) {
  const std::string wanted = "a number from " + number_text(least) + " to " + number_text(most);
  const auto check = [=](const std::string& text) {
    double value = 0;
    const bool fits = CLI::detail::lexical_cast(text, value) && value >= least && value <= most;
    return fits ? std::string() : text + " is not " + wanted;
  };
  return named_by_schema({check, wanted}, {{"type", "number"}, {"minimum", least}, {"maximum", most}});
}

CLI::Validator whole_between(int least, int most) {
  return named_by_schema(CLI::Range(least, most),
                         {{"type", "integer"}, {"minimum", least}, {"maximum", most}});
}

CLI::Validator one_of(const std::vector<std::string>& words) {
  return named_by_schema(CLI::IsMember(words), {{"type", "string"}, {"enum", words}});
}

CLI::Validator any_number() {
  return named_by_schema({[](std::string&) { return std::string(); }, ""}, {{"type", "number"}});
}

void add_input_options(CLI::App& app, JobOptions& options) {
  options.app = &app;
  app.add_option("inputs", options.inputs, "Photos, folders of photos, or - for standard input")
      ->required()
      ->transform(dash_for("/dev/stdin"))
      ->type_name("IN");
  app.add_flag("-r,--recursive", options.recursive,
               "Also take the photos in a folder's folders; with -o FOLDER the results lie in equal folders");
  add_limit_options(app, options);
}

void add_output_options(CLI::App& app, JobOptions& options) {
  app.add_option(
         "-o,--output", options.output,
         "File, folder, or - for standard output. Default: beside the input; standard output for - and "
         "pipes")
      ->transform(dash_for("/dev/stdout"))
      ->type_name("OUT");
  add_format_option(app, options);
}

void add_format_option(CLI::App& app, JobOptions& options) {
  app.add_option("--format", options.format, "Format of results without a file name, for - or a folder")
      ->type_name("EXT");
}

void add_batch_options(CLI::App& app, JobOptions& options) {
  app.add_option("--jobs", options.jobs,
                 "Number of photos at once; 0: one per core. Each needs its own memory")
      ->check(CLI::Range(0, 256))
      ->type_name("N")
      ->capture_default_str();
  app.add_flag("--resume", options.resume,
               "Skip photos whose result is in the folder of -o, by content and options; keeps a record "
               "there (" +
                   std::string(kManifestName) + ")");
  app.add_flag("--watch", options.watch,
               "Wait for photos in the folders and process each once it is complete, as with --resume; "
               "Ctrl-C ends it");
  app.add_flag("--fail-fast", options.fail_fast, "End at the first photo that fails");
}

void add_report_options(CLI::App& app, JobOptions& options) {
  app.add_option("--threads", options.threads,
                 "Number of threads of a photo; 0: one per core, divided among --jobs")
      ->check(whole_between(0, 1024))
      ->capture_default_str();
  app.add_flag("--json", options.json, "Print a machine-readable summary on standard output");
  app.add_flag("-q,--quiet", options.quiet, "Print errors only");
}

void add_model_folder_option(CLI::App& app, std::string& folder) {
  app.add_option("--model-folder", folder, "Folder with the networks")->type_name("FOLDER");
}

}  // namespace portrait_depth::cli
