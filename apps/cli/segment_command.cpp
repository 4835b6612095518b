// portrait-depth segment: a photo becomes a mask of the person.
#include "command.hpp"
#include "report.hpp"
#include "segment_maker.hpp"

namespace portrait_depth::cli {
namespace {

using Options = SegmentCommandOptions;

constexpr const char* kFooter = R"(White is person, black is background, soft between.

Examples:
  portrait-depth segment anna.jpg                 writes anna-mask.png
  portrait-depth segment photos/ -o masks/        a folder at a time
  portrait-depth segment anna.jpg -o - | display)";

int run(const Options& options) {
  const auto jobs = name_jobs(options.common, SegmentMaker::rule());
  prepare_outputs(jobs, {}, options.common);
  Networks networks(options.networks, options.common.threads);
  SegmentMaker maker(options, networks);
  return run_jobs("segment", options.common, jobs, [&](const Job& job, Report& report) {
    report.stage("load", 0.4);
    maker.make(job, PhotoInput(job.input), report);
  });
}

void add_options(CLI::App& command, Options& options) {
  add_input_options(command, options.common);
  add_output_options(command, options.common);
  add_segment_result_options(command, options);
  add_network_options(command, options.networks);
  add_report_options(command, options.common);
}

}  // namespace

Command add_segment_command(CLI::App& app) {
  return make_command(app, "segment", "Write a mask of the person", kFooter, add_options, run);
}

}  // namespace portrait_depth::cli
