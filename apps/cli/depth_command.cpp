// portrait-depth depth: a photo becomes a depth map.
#include <CLI/CLI.hpp>
#include <optional>
#include <string>

#include "command.hpp"
#include "job_options.hpp"
#include "person_depth.hpp"
#include "photo_input.hpp"
#include "report.hpp"

namespace portrait_depth::cli {
namespace {

struct Options {
  JobOptions common;
  PersonOptions person;
  DepthOptions depth;
  std::optional<float> min_depth, max_depth;
  std::string unit, colormap;
};

constexpr const char* kFooter = R"(The extension of OUT decides:
  .png .tiff       16 bits: the value 0..1 x 65535, 0 is background (--unit metres: millimetres)
  .npy .pfm        float32 metres, background NaN (--unit relative: 0..1)
  .jpg .webp .avif a picture in colors: near is warm, far is cold (any picture with --colormap)

The limits are raw values, half of the distance in metres: --min-depth becomes 0 and --max-depth becomes 1. Without
them the person spans 0.1 to 1.

Examples:
  portrait-depth depth anna.jpg                          writes anna-depth.png
  portrait-depth depth anna.heic -o anna.npy             metres for NumPy
  portrait-depth depth anna.jpg -o d.png --min-depth 0.2 --max-depth 0.9
  portrait-depth depth photos/ -o depths/ --format jpg   a folder at a time
  cat anna.jpg | portrait-depth depth - -o - --format pfm > anna.pfm)";

SaveDepthOptions save_options(const Options& options, const std::string& format) {
  SaveDepthOptions save{.format = format};
  if (!options.unit.empty()) save.unit = options.unit == "metres" ? DepthUnit::metres : DepthUnit::relative;
  if (!options.colormap.empty())
    save.colormap = options.colormap == "turbo" ? Colormap::turbo : Colormap::gray;
  return save;
}

int run(const Options& options) {
  const std::optional<DepthLimits> limits = limits_from_options(options.min_depth, options.max_depth);
  const OutputRule rule = {.suffix = "-depth", .extension = "png", .formats = depth_formats()};
  PersonDepth person_depth(options.common, options.person, options.depth);
  const auto jobs = name_jobs(options.common, rule);
  for (const Job& job : jobs) check_save_depth(job.output, save_options(options, job.format));
  prepare_outputs(jobs, {{"the mask's", options.person.mask}, {"the network's", options.depth.model}},
                  options.common);
  return run_jobs("depth", options.common, jobs, [&](const Job& job, Report& report) {
    report.stage("load", 0.3);
    const Photo photo = PhotoInput(job.input).load(options.common, report);
    const DepthMap depth = person_depth.estimate(photo, limits, report, 0.5, 0.8);
    report.stage("write", 1.0);
    save_depth(depth, job.output, save_options(options, job.format));
    report.tell_size(depth.width(), depth.height());
  });
}

void add_options(CLI::App& command, Options& options) {
  add_input_options(command, options.common);
  add_output_options(command, options.common);
  command.add_option("--min-depth", options.min_depth, "Raw value that becomes 0")->type_name("A");
  command.add_option("--max-depth", options.max_depth, "Raw value that becomes 1")->type_name("B");
  command.add_option("--unit", options.unit, "relative or metres")
      ->check(CLI::IsMember({"relative", "metres"}));
  command.add_option("--colormap", options.colormap, "turbo or gray")
      ->check(CLI::IsMember({"turbo", "gray"}));
  add_person_options(command, options.person);
  add_depth_options(command, options.depth);
  add_report_options(command, options.common);
}

}  // namespace

Command add_depth_command(CLI::App& app) {
  return make_command(app, "depth", "Write the depth map of a portrait", kFooter, add_options, run);
}

}  // namespace portrait_depth::cli
