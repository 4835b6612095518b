#include "person_depth.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <utility>
#include <vector>

#include "camera/gravity.hpp"
#include "command.hpp"
#include "portrait_depth/depth_file.hpp"
#include "segmentation/person_checks.hpp"
#include "size_option.hpp"

namespace portrait_depth::cli {
namespace {

namespace fs = std::filesystem;

DepthOutput output_kind(const std::string& name) {
  if (name == "depth") return DepthOutput::depth;
  if (name == "disparity") return DepthOutput::disparity;
  return DepthOutput::relief;
}

// A network from a file has kind relief by default. Networks of other kinds get the photo as most of them
// expect it: normalized by ImageNet's mean and deviation.
DepthModel model_from_file(const fs::path& file, const DepthOptions& options) {
  std::error_code error;
  if (!fs::exists(file, error)) throw WrongUse(file.string() + ": no such network; check --model");
  DepthModel model;
  model.name = file.stem().string();
  model.file = fs::absolute(file);
  model.output = output_kind(options.model_output);
  if (model.output != DepthOutput::relief) {
    constexpr std::array kMean = {0.485f, 0.456f, 0.406f}, kDeviation = {0.229f, 0.224f, 0.225f};
    model.input_channels = 3;
    model.masked = false;
    model.input_width = model.input_height = 384;
    std::copy(kMean.begin(), kMean.end(), model.mean);
    std::copy(kDeviation.begin(), kDeviation.end(), model.deviation);
  }
  if (!options.model_size.empty()) {
    const PixelSize size = parse_size(options.model_size, "--model-size");
    model.input_width = size.width;
    model.input_height = size.height;
  }
  return model;
}

bool is_description(const DepthOptions& options) {
  return fs::path(options.model).extension() == ".toml";
}

bool is_file(const DepthOptions& options) {
  const fs::path file = options.model;
  return file.extension() == ".onnx" || is_description(options) || file.has_parent_path();
}

DepthModel chosen_model(const DepthOptions& options) {
  if (is_description(options)) return read_depth_model(options.model);
  return is_file(options) ? model_from_file(options.model, options) : find_depth_model(options.model);
}

// Rejects an unreadable mask before the first photo. A pipe can be read only once and is not checked.
void check_mask(const std::string& mask, const JobOptions& common) {
  if (mask.empty() || is_read_once(mask)) return;
  const PhotoInfo info = read_photo_info(mask);
  load_mask(mask, info.width, info.height, common.load_options());
}

std::optional<Intrinsics> camera_of(const Photo& photo, const DepthOptions& options) {
  if (!options.focal_length_35mm) return photo.intrinsics;
  return Intrinsics::from_focal_length_35mm(photo.image.width(), photo.image.height(),
                                            *options.focal_length_35mm);
}

std::optional<GivenDepth> own_depth(const DepthOptions& options, const JobOptions& common) {
  if (options.depth_file.empty()) {
    if (!options.depth_unit.empty() || !options.depth_near.empty())
      throw WrongUse("--depth-unit and --depth-near are for a depth map given with --depth");
    return std::nullopt;
  }
  if (options.source == "network")
    throw WrongUse("--depth-source network ignores --depth; leave one of them out");
  DepthFileOptions file;
  if (common.load_options().max_pixels > 0) file.max_pixels = common.load_options().max_pixels;
  if (options.depth_unit == "metres") file.unit = GivenDepthUnit::metres;
  if (options.depth_unit == "relative") file.unit = GivenDepthUnit::relative;
  if (options.depth_unit == "disparity") file.unit = GivenDepthUnit::disparity;
  if (!options.depth_near.empty())
    file.near = options.depth_near == "white" ? NearGray::white : NearGray::black;
  return load_depth_file(options.depth_file, file);
}

}  // namespace

const char* name_of(DepthSource source) {
  if (source == DepthSource::sensor) return "sensor";
  return source == DepthSource::fused ? "fused" : "network";
}

DepthSource depth_source(const DepthOptions& options) {
  if (options.source == "sensor") return DepthSource::sensor;
  if (options.source == "network") return DepthSource::network;
  return options.source == "fused" ? DepthSource::fused : DepthSource::automatic;
}

void add_person_options(CLI::App& app, PersonOptions& options) {
  auto* mask = app.add_option("--mask", options.mask,
                              "A mask of the person instead of the segmentation: white is person")
                   ->type_name("M.png");
  app.add_flag("--no-segmentation", options.no_segmentation, "Use the whole picture as the person")
      ->excludes(mask);
  add_subject_option(app, options);
}

void add_subject_option(CLI::App& app, PersonOptions& options) {
  app.add_flag("--any-subject", options.any_subject,
               "Accept a subject without a visible face: people from behind, animals, things");
}

void add_depth_options(CLI::App& app, DepthOptions& options) {
  app.add_option("--model", options.model,
                 "Depth network: a name of `portrait-depth models`, an ONNX file, or the description (.toml) "
                 "of one")
      ->type_name("NAME|FILE")
      ->capture_default_str();
  app.add_option("--model-output", options.model_output, "Output of an ONNX file: relief, depth or disparity")
      ->check(one_of({"relief", "depth", "disparity"}));
  app.add_option("--model-size", options.model_size, "Input size of an ONNX file, e.g. 192x256")
      ->type_name("WxH");
  app.add_option("--depth", options.depth_file,
                 "A depth map of your own: 16-bit PNG or TIFF, EXR, NPY, PFM, or a photo with depth inside")
      ->type_name("FILE");
  app.add_option("--depth-unit", options.depth_unit,
                 "Unit of --depth; default: as the file says, else metres for floats, relative for integers")
      ->check(one_of({"metres", "relative", "disparity"}));
  app.add_option(
         "--depth-near", options.depth_near,
         "Gray of the nearest values of a --depth that is not in metres; default: found by comparison")
      ->check(one_of({"black", "white"}));
  app.add_option(
         "--depth-source", options.source,
         "sensor: the depth inside the photo, or --depth; network; fused: the sensor's metres with the "
         "network's edges; auto: fused for depth inside the photo, else --depth, else network")
      ->check(one_of({"auto", "sensor", "network", "fused"}))
      ->capture_default_str();
  app.add_option("--focal-length", options.focal_length_35mm,
                 "Focal length in mm on 35 mm film; default: from EXIF, else the likeliest for the portrait")
      ->check(number_between(1, 5000))
      ->type_name("MM");
  app.add_option("--head-distance", options.head_distance_metres,
                 "Distance from the camera to the head in metres; default: estimated")
      ->check(number_between(0.05, 1000))
      ->type_name("M");
  app.add_flag("--no-head-pass", options.no_head_pass,
               "Leave out the second run of the network, which looks at the head alone");
  app.add_option(
         "--camera-pitch", options.camera_pitch_degrees,
         "Angle of the camera above the horizon in degrees, negative if it looks down; default: from a "
         "phone's EXIF, else unknown")
      ->check(number_between(-90, 90))
      ->type_name("DEGREES");
}

Segmentation PersonFinder::segment(ImageView image) {
  return networks_.segmenter().segment(image);
}

Face PersonFinder::find_face(ImageView image, const Box& person) {
  return networks_.face_detector().find(image, person);
}

Segmentation PersonFinder::find_person(ImageView image) {
  Segmentation segmentation = segment(image);
  check_person_found(segmentation);
  if (!options_.any_subject) check_face_found(find_face(image, segmentation.person));
  return segmentation;
}

PersonDepth::PersonDepth(const JobOptions& common, const PersonOptions& person, const DepthOptions& depth,
                         Networks& networks)
    : common_(common), person_(person), depth_(depth), networks_(networks) {
  if (!depth.model_size.empty()) parse_size(depth.model_size, "--model-size");
  const bool has_form = !depth.model_output.empty() || !depth.model_size.empty();
  if (has_form && is_description(depth))
    throw WrongUse(
        depth.model +
        ": the description has the size and the output; leave out --model-output and --model-size");
  if (has_form && !is_file(depth))
    throw WrongUse("--model-output and --model-size are for a --model given as a file");
  model_ = chosen_model(depth);
  check_mask(person.mask, common);
  own_depth_ = own_depth(depth, common);
}

// With `auto`, depth that cannot be read is noted and left out.
std::optional<GivenDepth> PersonDepth::given_depth_of(const PhotoInput& input, Report& report) const {
  if (own_depth_ || depth_.source == "network") return own_depth_;
  try {
    auto inside = input.embedded_depth();
    return inside ? std::optional(given_depth(std::move(*inside))) : std::nullopt;
  } catch (const Error& error) {
    if (depth_.source != "auto") throw;
    report.note(std::string(error.what()) + " The network's depth is used.");
    return std::nullopt;
  }
}

void PersonDepth::set_tilt(const Photo& photo, const DepthEstimator& estimator, PhotoConfig& config) const {
  if (depth_.camera_pitch_degrees && !estimator.takes_camera_pitch())
    throw Error(ErrorCode::invalid_argument,
                "the depth network " + estimator.model().name +
                    " does not take the camera's pitch; leave out --camera-pitch");
  config.camera_pitch = photo.info.camera_pitch;
  config.camera_roll = photo.info.camera_roll.value_or(0);
  if (depth_.camera_pitch_degrees) config.camera_pitch = radians_from_degrees(*depth_.camera_pitch_degrees);
}

PhotoDepth PersonDepth::estimate(const PhotoInput& input, const Photo& photo,
                                 std::optional<DepthLimits> limits, Report& report, double until_segment,
                                 double until_depth) {
  report.stage("segment", until_segment);
  PhotoConfig config = {.limits = limits,
                        .head_pass = !depth_.no_head_pass,
                        .intrinsics = camera_of(photo, depth_),
                        .head_distance_metres = depth_.head_distance_metres,
                        .any_subject = person_.any_subject,
                        .depth = given_depth_of(input, report),
                        .source = depth_source(depth_)};
  Plane<float> mask;
  if (!person_.mask.empty()) {
    mask = load_mask(person_.mask, photo.image.width(), photo.image.height(), common_.load_options());
    config.mask = mask.view();
  }
  PhotoDepth result;
  PhotoStage stage = PhotoStage::segmentation;
  try {
    DepthEstimator& estimator = networks_.estimator(model_, person_.mask.empty() && !person_.no_segmentation);
    set_tilt(photo, estimator, config);
    if (config.camera_pitch && estimator.takes_camera_pitch())
      report.facts["camera_pitch_degrees"] = degrees_from_radians(*config.camera_pitch);
    result = estimator.estimate_photo(photo.image, config, [&](PhotoStage started) {
      stage = started;
      if (stage == PhotoStage::depth) report.stage("depth", until_depth);
    });
  } catch (const Error& error) {
    const std::string reason = error.what();
    if (own_depth_ && reason.starts_with("the depth map"))
      throw Error(error.code(), depth_.depth_file + ": " + reason);
    if (error.code() != ErrorCode::no_person || stage == PhotoStage::depth || person_.mask.empty()) throw;
    throw Error(ErrorCode::no_person, person_.mask + ": " + error.what());
  }
  if (!result.warning.empty()) report.note(result.warning);
  report.facts["depth_source"] = name_of(result.source);
  report.facts["head_distance_metres"] = result.depth.head_distance_metres();
  report.facts["focal_length_pixels"] = result.depth.intrinsics().fx * own_pixels(photo);
  if (!person_.no_segmentation) report.tell_person(result.person, own_pixels(photo));
  return result;
}

std::optional<DepthLimits> limits_from_options(std::optional<float> min_depth,
                                               std::optional<float> max_depth) {
  if (!min_depth && !max_depth) return std::nullopt;
  if (!min_depth || !max_depth || !std::isfinite(*min_depth) || !std::isfinite(*max_depth))
    throw WrongUse(
        "An estimation config with minDepth and maxDepth set must be provided. (--min-depth and "
        "--max-depth)");
  if (*min_depth > *max_depth) throw WrongUse("minDepth must be <= maxDepth. (--min-depth and --max-depth)");
  return DepthLimits{*min_depth, *max_depth};
}

}  // namespace portrait_depth::cli
