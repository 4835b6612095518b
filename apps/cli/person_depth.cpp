#include "person_depth.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <utility>
#include <vector>

#include "command.hpp"
#include "photo_input.hpp"
#include "size_option.hpp"

namespace portrait_depth::cli {
namespace {

namespace fs = std::filesystem;

RuntimeOptions runtime_options(const JobOptions& common, const PersonOptions& person) {
  return {.execution_provider = person.provider, .threads = common.threads};
}

DepthOutput output_kind(const std::string& name) {
  if (name == "depth") return DepthOutput::depth;
  if (name == "disparity") return DepthOutput::disparity;
  return DepthOutput::relief;
}

// A network from a file: of our own kind unless told otherwise. Others see the photo as most such networks
// do, by ImageNet's mean and deviation.
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

bool is_file(const DepthOptions& options) {
  const fs::path file = options.model;
  return file.extension() == ".onnx" || file.has_parent_path();
}

DepthModel chosen_model(const DepthOptions& options) {
  return is_file(options) ? model_from_file(options.model, options) : find_depth_model(options.model);
}

// Raw values (half of the metres) that the person spans. A value of 0 is the background and up to 0.1 counts
// as no surface, so the nearest place becomes 0.1 and the farthest 1.
std::pair<float, float> limits_of_person(const DepthMap& depth) {
  constexpr float kNearestValue = 0.1f;
  constexpr float kOutliers = 0.002f;  // share at both ends that does not count
  std::vector<float> raw;
  for (int y = 0; y < depth.height(); ++y)
    for (int x = 0; x < depth.width(); ++x)
      if (depth.mask()(x, y) >= kPersonMask) raw.push_back(depth.metres()(x, y) / 2);
  if (raw.empty()) return {0.0f, 1.0f};
  const auto place = [&](float share) {
    const auto nth = raw.begin() + static_cast<std::ptrdiff_t>(share * static_cast<float>(raw.size() - 1));
    std::nth_element(raw.begin(), nth, raw.end());
    return *nth;
  };
  const float nearest = place(kOutliers), farthest = std::max(place(1 - kOutliers), nearest + 1e-4f);
  return {nearest - (farthest - nearest) * kNearestValue / (1 - kNearestValue), farthest};
}

Plane<float> copy_of(PlaneView<const float> view) {
  Plane<float> plane(view.width(), view.height());
  for (int y = 0; y < view.height(); ++y) std::copy_n(view.row(y), view.width(), plane.row(y));
  return plane;
}

DepthMap with_limits_of_person(const DepthMap& depth) {
  const auto [min_depth, max_depth] = limits_of_person(depth);
  return {copy_of(depth.metres()),     copy_of(depth.mask()), depth.intrinsics(), min_depth, max_depth,
          depth.head_distance_metres()};
}

// A mask that cannot be read is found out before the first photo. What is no file can be read only once.
void check_mask(const std::string& mask) {
  if (mask.empty() || is_read_once(mask)) return;
  const PhotoInfo info = read_photo_info(mask);
  load_mask(mask, info.width, info.height);
}

std::optional<Intrinsics> camera_of(const Photo& photo, const DepthOptions& options) {
  if (!options.focal_length_35mm) return photo.intrinsics;
  return Intrinsics::from_focal_length_35mm(photo.image.width(), photo.image.height(),
                                            *options.focal_length_35mm);
}

}  // namespace

void add_person_options(CLI::App& app, PersonOptions& options) {
  auto* mask = app.add_option("--mask", options.mask, "A mask of the person from elsewhere: white is person")
                   ->type_name("M.png");
  app.add_flag("--no-segmentation", options.no_segmentation, "Take the whole picture for the person")
      ->excludes(mask);
  add_subject_option(app, options);
  add_network_options(app, options);
}

void add_subject_option(CLI::App& app, PersonOptions& options) {
  app.add_flag("--any-subject", options.any_subject,
               "Take what stands out for the person, though it shows no face: people from behind, animals");
}

void add_network_options(CLI::App& app, PersonOptions& options) {
  add_model_folder_option(app, options.model_folder);
  app.add_option("--provider", options.provider, "Where networks run: cpu, cuda, coreml, …")
      ->capture_default_str();
}

void add_depth_options(CLI::App& app, DepthOptions& options) {
  app.add_option("--model", options.model,
                 "Depth network: a name of `portrait-depth models`, or an ONNX file")
      ->type_name("NAME|FILE")
      ->capture_default_str();
  app.add_option("--model-output", options.model_output,
                 "What an ONNX file gives: relief, depth or disparity")
      ->check(CLI::IsMember({"relief", "depth", "disparity"}));
  app.add_option("--model-size", options.model_size, "What an ONNX file sees, e.g. 192x256")
      ->type_name("WxH");
  app.add_option("--focal-length", options.focal_length_35mm,
                 "Of the camera in mm on 35 mm film; left out: from EXIF, else a diagonal view of 60 degrees")
      ->check(number_between(1, 5000))
      ->type_name("MM");
  app.add_option("--head-distance", options.head_distance_metres,
                 "Metres from camera to head, where known; left out: estimated")
      ->check(number_between(0.05, 1000))
      ->type_name("M");
}

Segmentation PersonFinder::look(ImageView image) {
  if (!options_.mask.empty())
    return segmentation_from_mask(load_mask(options_.mask, image.width(), image.height()));
  if (!segmenter_)
    segmenter_ = std::make_unique<BodySegmenter>(SegmenterOptions{
        .model_folder = options_.model_folder, .runtime = runtime_options(common_, options_)});
  return segmenter_->segment(image);
}

Face PersonFinder::look_for_face(ImageView image, const Box& person) {
  if (!face_detector_)
    face_detector_ = std::make_unique<FaceDetector>(FaceDetectorOptions{
        .model_folder = options_.model_folder, .runtime = runtime_options(common_, options_)});
  return face_detector_->find(image, person);
}

std::optional<Segmentation> PersonFinder::find(ImageView image) {
  if (options_.no_segmentation) return std::nullopt;
  const bool from_file = !options_.mask.empty();
  Segmentation segmentation = look(image);
  if (!segmentation.found && from_file)
    throw Error(
        ErrorCode::no_person,
        "the mask " + options_.mask + " shows nobody, or somebody too small; white is person, black is not");
  if (!segmentation.found)
    throw Error(ErrorCode::no_person, "no person found; try --mask M.png or --no-segmentation");
  if (!from_file && !options_.any_subject && !look_for_face(image, segmentation.person).found)
    throw Error(ErrorCode::no_person,
                "no person found: no face can be seen; --any-subject takes what stands out all the same");
  return segmentation;
}

PersonDepth::PersonDepth(const JobOptions& common, const PersonOptions& person, const DepthOptions& depth)
    : common_(common), person_(person), depth_(depth), finder_(common, person) {
  if (!depth.model_size.empty()) parse_size(depth.model_size, "--model-size");
  if (!is_file(depth) && !(depth.model_output.empty() && depth.model_size.empty()))
    throw WrongUse("--model-output and --model-size are for a --model given as a file");
  model_ = chosen_model(depth);
  check_mask(person.mask);
}

DepthEstimator& PersonDepth::estimator() {
  if (!estimator_) {
    EstimatorOptions options;
    options.model_folder = person_.model_folder;
    // The mask comes from our own finder, so that the two can be timed and told apart.
    options.segmentation = false;
    options.runtime = runtime_options(common_, person_);
    estimator_ = create_estimator(model_, options);
  }
  return *estimator_;
}

DepthMap PersonDepth::estimate(const Photo& photo, std::optional<float> min_depth,
                               std::optional<float> max_depth, Report& report, double until_segment,
                               double until_depth) {
  report.stage("segment", until_segment);
  const auto segmentation = finder_.find(photo.image);
  report.stage("depth", until_depth);
  EstimationConfig config;
  config.min_depth = min_depth.value_or(0.0f);
  config.max_depth = max_depth.value_or(1.0f);
  config.intrinsics = camera_of(photo, depth_);
  config.head_distance_metres = depth_.head_distance_metres;
  config.flip_augmentation = true;  // a photo has time for it
  if (segmentation) config.mask = segmentation->mask.view();
  DepthMap depth = estimator().estimate_depth(photo.image, config);
  report.facts["head_distance_metres"] = depth.head_distance_metres();
  report.facts["focal_length_pixels"] = depth.intrinsics().fx * own_pixels(photo);
  if (segmentation) report.tell_person(segmentation->person, own_pixels(photo));
  return min_depth ? std::move(depth) : with_limits_of_person(depth);
}

void check_limits(std::optional<float> min_depth, std::optional<float> max_depth) {
  if (!min_depth && !max_depth) return;
  if (!min_depth || !max_depth || !std::isfinite(*min_depth) || !std::isfinite(*max_depth))
    throw WrongUse(
        "An estimation config with minDepth and maxDepth set must be provided. (--min-depth and "
        "--max-depth)");
  if (*min_depth > *max_depth) throw WrongUse("minDepth must be <= maxDepth. (--min-depth and --max-depth)");
}

}  // namespace portrait_depth::cli
