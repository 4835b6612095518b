// portrait-depth photo3d: a photo becomes a 3D photo that moves.
#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <vector>

#include "batch.hpp"
#include "command.hpp"
#include "photo3d_lists.hpp"
#include "photo3d_maker.hpp"
#include "photo3d_rules.hpp"
#include "report.hpp"
#include "worker.hpp"

namespace portrait_depth::cli {
namespace {

using Options = Photo3DCommandOptions;

constexpr const char* kFooter = R"(The extension of OUT decides: see --list-formats.

Examples:
  portrait-depth photo3d anna.jpg                          writes anna-3d.gif
  portrait-depth photo3d anna.jpg -o anna.webm --height 1080
  portrait-depth photo3d anna.jpg -o anna.mp4 --preset sway --duration 4
  portrait-depth photo3d anna.jpg -o anna.webm --background none
  portrait-depth photo3d anna.jpg -o frames/ --format png  one picture a frame
  portrait-depth photo3d anna.jpg -o anna-depth.jpg        the photo with its depth inside
  portrait-depth photo3d anna.jpg -o q.png --stereo quilt  for holographic displays
  portrait-depth photo3d photos/ -o films/ --format webm   a folder at a time
  cat anna.jpg | portrait-depth photo3d - -o - --format gif > anna.gif)";

// All jobs are planned before the first photo is read.
std::vector<Photo3DJob> plan(const Options& options, const Photo3DMaker& maker) {
  const std::vector<Job> named = name_jobs(options.common, Photo3DMaker::rule());
  std::vector<Photo3DJob> jobs;
  std::vector<std::vector<std::filesystem::path>> files;
  for (const Job& job : named) {
    jobs.push_back(plan_photo3d(job, options));
    files.push_back(files_of(jobs.back(), options, maker.seconds()));
  }
  prepare_outputs(named, files,
                  {{"the mask's", options.person.mask},
                   {"the depth map's", options.depth.depth_file},
                   {"the network's", options.depth.model},
                   {"the background's", options.background},
                   {"the camera path's", options.path_file}},
                  options.common);
  return jobs;
}

int run(const Options& options) {
  check_combinations(options);
  using Maker = Worker<Photo3DMaker>;
  return run_jobs(
      "photo3d", options.common, [&] { return std::make_unique<Maker>(options); },
      [&](const Maker& worker) { return plan(options, worker.maker); },
      [](Maker& worker, const Photo3DJob& job, Report& report) {
        report.stage("load", 0.1);
        worker.maker.make(job, PhotoInput(job.input), report);
      });
}

void add_options(CLI::App& command, Options& options) {
  add_input_options(command, options.common);
  add_output_options(command, options.common);
  add_batch_options(command, options.common);
  add_photo3d_result_options(command, options);
  command.add_flag_callback("--list-formats", print_formats, "List the formats that OUT can have");
  command.add_flag_callback("--list-presets", print_presets, "List the camera's movements");
  add_network_options(command, options.networks);
  add_report_options(command, options.common);
}

}  // namespace

Command add_photo3d_command(CLI::App& app) {
  return make_command(app, "photo3d", "Turn a portrait into a 3D photo that moves", kFooter, add_options,
                      run);
}

}  // namespace portrait_depth::cli
