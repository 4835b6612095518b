// portrait-depth segment: a photo becomes a mask of the person.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <string>

#include "command.hpp"
#include "person_depth.hpp"
#include "photo_input.hpp"
#include "report.hpp"

namespace portrait_depth::cli {
namespace {

struct Options {
  CommonOptions common;
  PersonOptions person;
};

constexpr const char* footer = R"(White is person, black is background, soft between.

Examples:
  portrait-depth segment anna.jpg                 writes anna-mask.png
  portrait-depth segment photos/ -o masks/        a folder at a time
  portrait-depth segment anna.jpg -o - | display)";

int run(const Options& options) {
  set_io_threads(options.common.threads);
  const OutputRule rule = {.suffix = "-mask", .extension = "png", .formats = image_formats()};
  const auto jobs = plan_jobs(options.common, rule);
  PersonFinder finder(options.common, options.person);
  return run_jobs("segment", options.common, jobs, [&](const Job& job, Report& report) {
    report.stage("load", 0.4);
    const Photo photo = PhotoInput(job.input).load(options.common);
    report.stage("segment", 0.8);
    const Segmentation segmentation = *finder.find(photo.image);
    report.stage("write", 1.0);
    save_mask(segmentation.mask, job.output, format_of(job.output, options.common, rule));
    report.facts = {{"width", photo.image.width()},
                    {"height", photo.image.height()},
                    {"coverage", segmentation.coverage},
                    {"person",
                     {{"x", segmentation.person.x},
                      {"y", segmentation.person.y},
                      {"width", segmentation.person.width},
                      {"height", segmentation.person.height}}}};
    report.text = std::to_string(photo.image.width()) + " x " + std::to_string(photo.image.height());
  });
}

}  // namespace

Command add_segment_command(CLI::App& app) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("segment", "Write a mask of the person");
  add_input_options(*command, options->common);
  add_output_options(*command, options->common);
  command->add_option("--model-folder", options->person.model_folder, "Folder with the networks")
      ->type_name("FOLDER");
  command->add_option("--provider", options->person.provider, "Where networks run: cpu, cuda, coreml, …")
      ->capture_default_str();
  add_report_options(*command, options->common);
  command->footer(footer);
  return {command, [options] { return run(*options); }};
}

}  // namespace portrait_depth::cli
