// portrait-depth depth: a photo becomes a depth map.
#include <CLI/CLI.hpp>
#include <memory>

#include "batch.hpp"
#include "command.hpp"
#include "depth_maker.hpp"
#include "report.hpp"
#include "worker.hpp"

namespace portrait_depth::cli {
namespace {

using Options = DepthCommandOptions;

constexpr const char* kFooter = R"(The extension of OUT decides:
  .png .tiff       16 bits: the value 0..1 x 65535, 0 is background (--unit metres: millimetres)
  .npy .pfm        float32 metres, background NaN (--unit relative: 0..1)
  .jpg .webp .avif a picture in colors: near is warm, far is cold (any picture with --colormap)

The limits are raw values, half of the distance in metres: --min-depth becomes 0 and --max-depth becomes 1. Without
them the person spans 0.1 to 1.

--depth converts a depth map of your own. --depth-source sensor without --depth writes the depth inside the photo as
it is: its own size, with the background. --keep-background does the same with a network's depth.

Examples:
  portrait-depth depth anna.jpg                          writes anna-depth.png
  portrait-depth depth anna.heic -o anna.npy             metres for NumPy
  portrait-depth depth anna.jpg -o d.png --min-depth 0.2 --max-depth 0.9
  portrait-depth depth anna.heic --depth-source sensor -o sensor.npy
  portrait-depth depth photos/ -o depths/ --format jpg   a folder at a time
  cat anna.jpg | portrait-depth depth - -o - --format pfm > anna.pfm)";

int run(const Options& options) {
  const auto plan = [&](const Worker<DepthMaker>& worker) {
    auto jobs = name_jobs(options.common, DepthMaker::rule());
    for (const Job& job : jobs) worker.maker.check(job);
    prepare_outputs(jobs,
                    {{"the mask's", options.person.mask},
                     {"the depth map's", options.depth.depth_file},
                     {"the network's", options.depth.model}},
                    options.common);
    return jobs;
  };
  const auto work = [](Worker<DepthMaker>& worker, const Job& job, Report& report) {
    report.stage("load", 0.3);
    worker.maker.make(job, PhotoInput(job.input), report);
  };
  return run_jobs(
      "depth", options.common, [&] { return std::make_unique<Worker<DepthMaker>>(options); }, plan, work);
}

void add_options(CLI::App& command, Options& options) {
  add_input_options(command, options.common);
  add_output_options(command, options.common);
  add_batch_options(command, options.common);
  add_depth_result_options(command, options);
  add_network_options(command, options.networks);
  add_report_options(command, options.common);
}

}  // namespace

Command add_depth_command(CLI::App& app) {
  return make_command(app, "depth", "Write the depth map of a portrait", kFooter, add_options, run);
}

}  // namespace portrait_depth::cli
