#include "task.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>

#include "command.hpp"
#include "depth_maker.hpp"
#include "photo3d_maker.hpp"
#include "photo3d_rules.hpp"
#include "segment_maker.hpp"

namespace portrait_depth::serve {
namespace {

using cli::DepthCommandOptions;
using cli::Job;
using cli::Networks;
using cli::Photo3DCommandOptions;
using cli::PhotoInput;
using cli::Report;
using cli::SegmentCommandOptions;

void run_task(const DepthCommandOptions& options, const Job& job, const PhotoInput& photo, Networks& networks,
              Report& report) {
  cli::DepthMaker maker(options, networks);
  maker.check(job);
  report.stage("load", 0.3);
  maker.make(job, photo, report);
}

void run_task(const SegmentCommandOptions& options, const Job& job, const PhotoInput& photo,
              Networks& networks, Report& report) {
  cli::SegmentMaker maker(options, networks);
  report.stage("load", 0.4);
  maker.make(job, photo, report);
}

void run_task(const Photo3DCommandOptions& options, const Job& job, const PhotoInput& photo,
              Networks& networks, Report& report) {
  check_combinations(options);
  cli::Photo3DMaker maker(options, networks);
  const cli::Photo3DJob planned = plan_photo3d(job, options);
  if (planned.kind == cli::Photo3DKind::frames)
    throw cli::WrongUse("--format: png is a sequence of files; choose another format, or --stereo quilt");
  report.stage("load", 0.1);
  maker.make(planned, photo, report);
}

template <class Options, void (*add_result_options)(CLI::App& app, Options& options)>
class WorkOf : public Work {
 public:
  WorkOf() { add_result_options(app_, options_); }
  CLI::App& app() override { return app_; }
  cli::JobOptions& common() override { return options_.common; }
  void run(const Job& job, const PhotoInput& photo, Networks& networks, Report& report) override {
    run_task(options_, job, photo, networks, report);
  }

 private:
  CLI::App app_;
  Options options_;
};

template <class Options, void (*add_result_options)(CLI::App& app, Options& options)>
std::unique_ptr<Work> create() {
  return std::make_unique<WorkOf<Options, add_result_options>>();
}

}  // namespace

const std::vector<Task>& tasks() {
  static const std::vector<Task> all = {{"depth", "The depth map of a portrait", cli::DepthMaker::rule(),
                                         create<DepthCommandOptions, cli::add_depth_result_options>},
                                        {"segment", "A mask of the person", cli::SegmentMaker::rule(),
                                         create<SegmentCommandOptions, cli::add_segment_result_options>},
                                        {"photo3d", "A 3D photo that moves", cli::Photo3DMaker::rule(),
                                         create<Photo3DCommandOptions, cli::add_photo3d_result_options>}};
  return all;
}

const Task* find_task(const std::string& name) {
  const auto found =
      std::find_if(tasks().begin(), tasks().end(), [&](const Task& t) { return t.name == name; });
  return found == tasks().end() ? nullptr : &*found;
}

std::string media_type(const std::string& format) {
  static const std::map<std::string, std::string> types = {
      {"png", "image/png"},         {"jpg", "image/jpeg"},
      {"webp", "image/webp"},       {"avif", "image/avif"},
      {"tiff", "image/tiff"},       {"gif", "image/gif"},
      {"webm", "video/webm"},       {"mp4", "video/mp4"},
      {"glb", "model/gltf-binary"}, {"html", "text/html; charset=utf-8"}};
  const auto found = types.find(format);
  return found == types.end() ? "application/octet-stream" : found->second;
}

}  // namespace portrait_depth::serve
