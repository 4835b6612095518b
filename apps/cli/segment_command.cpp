// portrait-depth segment: a photo becomes a mask of the person.
#include <CLI/CLI.hpp>
#include <memory>

#include "batch.hpp"
#include "command.hpp"
#include "report.hpp"
#include "segment_maker.hpp"
#include "worker.hpp"

namespace portrait_depth::cli {
namespace {

using Options = SegmentCommandOptions;

constexpr const char* kFooter = R"(White is person, black is background, soft between.

Examples:
  portrait-depth segment anna.jpg                 writes anna-mask.png
  portrait-depth segment photos/ -o masks/        a folder at a time
  portrait-depth segment anna.jpg -o - | display)";

int run(const Options& options) {
  const auto plan = [&](const Worker<SegmentMaker>&) {
    auto jobs = name_jobs(options.common, SegmentMaker::rule());
    prepare_outputs(jobs, {}, options.common);
    return jobs;
  };
  const auto work = [](Worker<SegmentMaker>& worker, const Job& job, Report& report) {
    report.stage("load", 0.4);
    worker.maker.make(job, PhotoInput(job.input), report);
  };
  return run_jobs(
      "segment", options.common, [&] { return std::make_unique<Worker<SegmentMaker>>(options); }, plan, work);
}

void add_options(CLI::App& command, Options& options) {
  add_input_options(command, options.common);
  add_output_options(command, options.common);
  add_batch_options(command, options.common);
  add_segment_result_options(command, options);
  add_network_options(command, options.networks);
  add_report_options(command, options.common);
}

}  // namespace

Command add_segment_command(CLI::App& app) {
  return make_command(app, "segment", "Write a mask of the person", kFooter, add_options, run);
}

}  // namespace portrait_depth::cli
