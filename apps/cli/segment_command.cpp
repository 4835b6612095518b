// portrait-depth segment: a photo becomes a mask of the person.
#include <CLI/CLI.hpp>
#include <cstdio>
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
};

constexpr const char* kFooter = R"(White is person, black is background, soft between.

Examples:
  portrait-depth segment anna.jpg                 writes anna-mask.png
  portrait-depth segment photos/ -o masks/        a folder at a time
  portrait-depth segment anna.jpg -o - | display)";

int run(const Options& options) {
  const OutputRule rule = {.suffix = "-mask", .extension = "png", .formats = image_formats()};
  const auto jobs = name_jobs(options.common, rule);
  prepare_outputs(jobs, {}, options.common);
  PersonFinder finder(options.common, options.person);
  return run_jobs("segment", options.common, jobs, [&](const Job& job, Report& report) {
    report.stage("load", 0.4);
    const Photo photo = PhotoInput(job.input).load(options.common, report);
    report.stage("segment", 0.8);
    const Segmentation segmentation = finder.find_person(photo.image);
    report.stage("write", 1.0);
    save_mask(segmentation.mask, job.output, job.format);
    report.tell_size(photo.image.width(), photo.image.height());
    report.facts["coverage"] = segmentation.coverage;
    report.tell_person(segmentation.person, 1);
  });
}

void add_options(CLI::App& command, Options& options) {
  add_input_options(command, options.common);
  add_output_options(command, options.common);
  add_subject_option(command, options.person);
  add_network_options(command, options.person);
  add_report_options(command, options.common);
}

}  // namespace

Command add_segment_command(CLI::App& app) {
  return make_command(app, "segment", "Write a mask of the person", kFooter, add_options, run);
}

}  // namespace portrait_depth::cli
