#include <algorithm>
#include <array>
#include <optional>

#include "depth/estimation.hpp"
#include "depth/given_depth_use.hpp"
#include "depth/model_registry.hpp"
#include "inference/network.hpp"
#include "portrait_depth/progress.hpp"
#include "segmentation/person_checks.hpp"

namespace portrait_depth {
namespace {

// The largest number of pictures in one run of the network; more would cost memory and save no time.
constexpr std::size_t kLargestBatch = 8;

std::filesystem::path file_of(const DepthModel& model, const EstimatorOptions& options) {
  check_depth_model(model);
  if (model.file.is_absolute()) return model.file;
  return (options.model_folder.empty() ? default_model_folder() : options.model_folder) / model.file;
}

}  // namespace

struct DepthEstimator::State {
  State(const DepthModel& depth_model, const EstimatorOptions& estimator_options)
      : model(depth_model),
        options(estimator_options),
        network(file_of(depth_model, estimator_options), estimator_options.runtime) {}

  DepthModel model;
  EstimatorOptions options;
  Network network;
  std::optional<BodySegmenter> segmenter;
  std::optional<FaceDetector> face_detector;
  Segmentation segmentation;

  std::size_t largest_batch = 1;
  std::size_t bound = 0;  ///< Pictures that the network's tensors are bound for.
  std::vector<Estimation> estimations = std::vector<Estimation>(1);  ///< Of the pictures of a batch.
  std::vector<float> input, output, crop_width_metres;
  std::vector<float> straight_output, straight_crop_width;  ///< While the mirror images run.

  std::size_t input_size() const {
    return static_cast<std::size_t>(model.input_channels) * static_cast<std::size_t>(model.input_width) *
           static_cast<std::size_t>(model.input_height);
  }
  std::size_t output_size() const {
    return static_cast<std::size_t>(model.input_width) * static_cast<std::size_t>(model.input_height);
  }
  const std::string& input_name() const;
  const std::string& output_name() const;

  void find_largest_batch();
  void bind(std::size_t batch);
  void segment(ImageView image, const EstimationConfig& config);
  /// The face of the person in `segmentation`. Throws ErrorCode::no_person without one.
  Face find_face(ImageView image);
  /// Writes the network's input for the person in `segmentation`.
  void prepare(std::size_t slot, ImageView image);
  void run(const EstimationConfig& config);
  void make_depth_map(std::size_t slot, ImageView image, const EstimationConfig& config, DepthMap& result);
  /// The crop's width in metres; assumed for networks that do not estimate it.
  float crop_width(std::size_t slot) const {
    return model.output == DepthOutput::relief ? crop_width_metres[slot] : kAssumedCropWidthMetres;
  }
  NetworkEstimate estimate(std::size_t slot) const {
    return {estimations[slot].crop().width, crop_width(slot), estimations[slot].scale()};
  }
};

const std::string& DepthEstimator::State::input_name() const {
  return model.output == DepthOutput::relief ? network.input("input").name : network.inputs().front().name;
}

const std::string& DepthEstimator::State::output_name() const {
  return model.output == DepthOutput::relief ? network.output("relief").name : network.outputs().front().name;
}

void DepthEstimator::State::find_largest_batch() {
  const std::int64_t batch =
      network.input(input_name()).shape.empty() ? 1 : network.input(input_name()).shape.front();
  largest_batch = batch < 0 ? kLargestBatch : 1;
}

void DepthEstimator::State::bind(std::size_t batch) {
  if (bound == batch) return;
  bound = 0;
  const auto n = static_cast<std::int64_t>(batch);
  const std::int64_t width = model.input_width, height = model.input_height;
  input.resize(batch * input_size());
  output.resize(batch * output_size());
  crop_width_metres.resize(batch);
  estimations.resize(std::max(estimations.size(), batch));
  network.bind_input(input_name(), input,
                     std::array<std::int64_t, 4>{n, model.input_channels, height, width});
  const bool has_channel_axis = network.output(output_name()).shape.size() == 4;
  if (has_channel_axis)
    network.bind_output(output_name(), output, std::array<std::int64_t, 4>{n, 1, height, width});
  else
    network.bind_output(output_name(), output, std::array<std::int64_t, 3>{n, height, width});
  if (model.output == DepthOutput::relief)
    network.bind_output("crop_width", crop_width_metres, std::array<std::int64_t, 2>{n, 1});
  bound = batch;
}

void DepthEstimator::State::segment(ImageView image, const EstimationConfig& config) {
  if (image.empty()) throw Error(ErrorCode::invalid_argument, "the picture is empty");
  if (config.mask) {
    if (config.mask->width() != image.width() || config.mask->height() != image.height())
      throw Error(ErrorCode::invalid_argument, "the mask's size differs from the picture's");
    segmentation_from_mask(*config.mask, segmentation);
    check_mask_has_person(segmentation);
  } else if (options.segmentation) {
    segmenter->segment(image, segmentation);
    check_person_found(segmentation);
  } else {
    segmentation.mask.resize(image.width(), image.height(), 1.0f);
    segmentation.person = {0, 0, static_cast<float>(image.width()), static_cast<float>(image.height())};
    segmentation.coverage = 1;
    segmentation.found = true;
  }
}

Face DepthEstimator::State::find_face(ImageView image) {
  if (!face_detector) {
    FaceDetectorOptions detector = options.face_detector;
    if (detector.model_folder.empty()) detector.model_folder = options.model_folder;
    face_detector.emplace(detector);
  }
  const Face face = face_detector->find(image, segmentation.person);
  check_face_found(face);
  return face;
}

void DepthEstimator::State::prepare(std::size_t slot, ImageView image) {
  estimations[slot].prepare(image, segmentation, model,
                            std::span(input).subspan(slot * input_size(), input_size()));
}

void DepthEstimator::State::run(const EstimationConfig& config) {
  network.run();
  if (!config.flip_augmentation) return;
  straight_output = output;
  straight_crop_width = crop_width_metres;
  mirror_rows(input, model.input_width);
  network.run();
  average_with_mirror_image(straight_output, straight_crop_width, output, crop_width_metres,
                            model.input_width);
}

void DepthEstimator::State::make_depth_map(std::size_t slot, ImageView image, const EstimationConfig& config,
                                           DepthMap& result) {
  estimations[slot].place(crop_width(slot), config);
  estimations[slot].make_depth_map(image, std::span(output).subspan(slot * output_size(), output_size()),
                                   model.output, config, result);
}

DepthEstimator::DepthEstimator(const DepthModel& model, const EstimatorOptions& options)
    : state_(std::make_unique<State>(model, options)) {
  if (options.segmentation) {
    SegmenterOptions segmenter = options.segmenter;
    if (segmenter.model_folder.empty()) segmenter.model_folder = options.model_folder;
    state_->segmenter.emplace(segmenter);
  }
  state_->find_largest_batch();
  state_->bind(1);  // rejects a network that breaks the contract
}

DepthEstimator::~DepthEstimator() = default;
DepthEstimator::DepthEstimator(DepthEstimator&&) noexcept = default;
DepthEstimator& DepthEstimator::operator=(DepthEstimator&&) noexcept = default;

DepthMap DepthEstimator::estimate_depth(ImageView image, const EstimationConfig& config) {
  DepthMap result;
  estimate_depth(image, config, result);
  return result;
}

void DepthEstimator::estimate_depth(ImageView image, const EstimationConfig& config, DepthMap& result) {
  check_limits(config.min_depth, config.max_depth);
  state_->bind(1);
  state_->segment(image, config);
  state_->prepare(0, image);
  state_->run(config);
  state_->make_depth_map(0, image, config, result);
}

std::vector<DepthMap> DepthEstimator::estimate_depth(std::span<const ImageView> images,
                                                     const EstimationConfig& config,
                                                     const Progress& progress) {
  check_limits(config.min_depth, config.max_depth);
  std::vector<DepthMap> results(images.size());
  for (std::size_t first = 0; first < images.size();) {
    const std::size_t batch = std::min(state_->largest_batch, images.size() - first);
    state_->bind(batch);
    for (std::size_t i = 0; i < batch; ++i) {
      progress.at(static_cast<double>(first + i) / static_cast<double>(images.size()));
      state_->segment(images[first + i], config);
      state_->prepare(i, images[first + i]);
    }
    state_->run(config);
    for (std::size_t i = 0; i < batch; ++i)
      state_->make_depth_map(i, images[first + i], config, results[first + i]);
    first += batch;
  }
  progress.at(1.0);
  return results;
}

PhotoDepth DepthEstimator::estimate_photo(ImageView image, const PhotoConfig& config,
                                          const std::function<void(PhotoStage)>& on_stage) {
  const DepthLimits limits = config.limits.value_or(DepthLimits{});
  check_limits(limits.min_depth, limits.max_depth);
  PhotoDepth result;
  result.source = chosen_source(config, image.width(), image.height(), result.warning);
  const bool uses_map = result.source != DepthSource::network;
  EstimationConfig estimation = {.min_depth = limits.min_depth,
                                 .max_depth = limits.max_depth,
                                 .flip_horizontal = config.flip_horizontal && !uses_map,
                                 .flip_augmentation = config.flip_augmentation,
                                 .intrinsics = known_camera(config, uses_map, image.width(), image.height()),
                                 .head_distance_metres = config.head_distance_metres,
                                 .mask = config.mask};
  const bool may_use_matte = uses_map && state_->options.segmentation;
  const std::optional<Plane<float>> matte =
      may_use_matte ? person_matte(config, image.width(), image.height()) : std::nullopt;
  if (matte) estimation.mask = matte->view();
  if (on_stage) on_stage(PhotoStage::segmentation);
  state_->segment(image, estimation);
  result.person = state_->segmentation.person;
  result.coverage = state_->segmentation.coverage;
  if (!config.mask && !config.any_subject && state_->options.segmentation)
    result.face = state_->find_face(image);
  if (on_stage) on_stage(PhotoStage::depth);
  state_->bind(1);
  state_->prepare(0, image);
  state_->run(estimation);
  state_->make_depth_map(0, image, estimation, result.depth);
  if (uses_map) {
    use_given_depth(image, config, estimation.intrinsics, state_->estimate(0), result);
  }
  if (!config.limits) result.depth.set_limits(result.depth.limits_of_person());
  return result;
}

// The estimator keeps work memory only, no state between pictures.
void DepthEstimator::reset() {}

const DepthModel& DepthEstimator::model() const {
  return state_->model;
}

std::unique_ptr<DepthEstimator> create_estimator(SupportedModel model, const EstimatorOptions& options) {
  switch (model) {
    case SupportedModel::ARPortraitDepth:
      return create_estimator(find_depth_model("ar_portrait_depth"), options);
    case SupportedModel::ARPortraitDepthFast:
      return create_estimator(find_depth_model("ar_portrait_depth_fast"), options);
  }
  throw Error(ErrorCode::invalid_argument, "unknown model; choose ARPortraitDepth or ARPortraitDepthFast");
}

std::unique_ptr<DepthEstimator> create_estimator(const DepthModel& model, const EstimatorOptions& options) {
  return std::make_unique<DepthEstimator>(model, options);
}

}  // namespace portrait_depth
