#include "depth_maker.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

namespace portrait_depth::cli {
namespace {

// A map without a person: known wherever it has a value.
DepthMap whole_map(Plane<float> metres, const Intrinsics& camera, std::optional<DepthLimits> limits) {
  Plane<float> known(metres.width(), metres.height());
  std::transform(metres.values().begin(), metres.values().end(), known.values().begin(),
                 [](float value) { return std::isfinite(value) && value > 0 ? 1.0f : 0.0f; });
  DepthMap depth(std::move(metres), std::move(known), camera, 0, 1);
  depth.set_limits(limits.value_or(depth.limits_of_person()));
  return depth;
}

// The depth inside the photo as it is: its own size, with the background.
DepthMap sensor_depth(const PhotoInput& input, const Photo& photo, std::optional<DepthLimits> limits) {
  std::optional<EmbeddedDepth> inside = input.embedded_depth();
  if (!inside)
    throw Error(ErrorCode::invalid_argument,
                "no depth map is inside the photo. Give --depth-source network or auto.");
  const int width = inside->metres.width(), height = inside->metres.height();
  const Intrinsics camera = inside->intrinsics ? *inside->intrinsics
                            : photo.intrinsics ? photo.intrinsics->scaled_to(width, height)
                                               : Intrinsics::assumed(width, height);
  return whole_map(std::move(inside->metres), camera, limits);
}

DepthMap depth_with_background(PhotoDepth photo, std::optional<DepthLimits> limits) {
  if (photo.scene_metres.empty())
    throw Error(ErrorCode::invalid_argument,
                "--keep-background: the network gives no depth of the background. Choose a --model whose "
                "description has view = \"photo\" and background = \"kept\", with --depth-source network.");
  return whole_map(std::move(photo.scene_metres), photo.depth.intrinsics(), limits);
}

}  // namespace

void add_depth_result_options(CLI::App& command, DepthCommandOptions& options) {
  command.add_option("--min-depth", options.min_depth, "Raw value that becomes 0")
      ->check(any_number())
      ->type_name("A");
  command.add_option("--max-depth", options.max_depth, "Raw value that becomes 1")
      ->check(any_number())
      ->type_name("B");
  command.add_option("--unit", options.unit, "relative or metres")->check(one_of({"relative", "metres"}));
  command.add_flag("--keep-background", options.keep_background,
                   "The depth of the background too, from a network that gives it");
  command.add_option("--colormap", options.colormap, "turbo or gray")->check(one_of({"turbo", "gray"}));
  add_person_options(command, options.person);
  add_depth_options(command, options.depth);
}

DepthMaker::DepthMaker(const DepthCommandOptions& options, Networks& networks)
    : options_(options),
      limits_(limits_from_options(options.min_depth, options.max_depth)),
      person_depth_(options.common, options.person, options.depth, networks) {}

OutputRule DepthMaker::rule() {
  return {.suffix = "-depth", .extension = "png", .formats = depth_formats()};
}

SaveDepthOptions DepthMaker::save_options(const std::string& format) const {
  SaveDepthOptions save{.format = format};
  if (!options_.unit.empty()) save.unit = options_.unit == "metres" ? DepthUnit::metres : DepthUnit::relative;
  if (!options_.colormap.empty())
    save.colormap = options_.colormap == "turbo" ? Colormap::turbo : Colormap::gray;
  return save;
}

void DepthMaker::check(const Job& job) const {
  check_save_depth(job.output, save_options(job.format));
}

DepthMap DepthMaker::depth_of(const PhotoInput& input, const Photo& photo, Report& report) {
  if (options_.depth.is_sensor_alone()) return sensor_depth(input, photo, limits_);
  PhotoDepth result = person_depth_.estimate(input, photo, limits_, report, 0.5, 0.8);
  return options_.keep_background ? depth_with_background(std::move(result), limits_)
                                  : std::move(result.depth);
}

void DepthMaker::make(const Job& job, const PhotoInput& input, Report& report) {
  const Photo photo = input.load(options_.common, report);
  const DepthMap depth = depth_of(input, photo, report);
  report.stage("write", 1.0);
  save_depth(depth, job.output, save_options(job.format));
  report.tell_size(depth.width(), depth.height());
}

}  // namespace portrait_depth::cli
