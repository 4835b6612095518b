#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <utility>

#include "depth/camera_model.hpp"
#include "depth/depth_window.hpp"
#include "depth/model_registry.hpp"
#include "inference/network.hpp"
#include "portrait_depth/progress.hpp"

namespace portrait_depth {
namespace {

// Pictures that go through the network together, at most: more would cost memory and save nothing.
constexpr std::size_t kLargestBatch = 8;

Intrinsics camera_of(ImageView image, const EstimationConfig& config) {
  if (!config.intrinsics) return Intrinsics::assumed(image.width(), image.height());
  if (config.intrinsics->width != image.width() || config.intrinsics->height != image.height())
    throw Error(ErrorCode::invalid_argument, "the intrinsics are of a picture of another size");
  return *config.intrinsics;
}

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
  Segmentation segmentation;

  std::size_t largest_batch = 1;
  std::size_t bound = 0;  ///< Pictures that the network's tensors are bound for.
  std::vector<DepthWindow> windows = std::vector<DepthWindow>(1);
  std::vector<Plane<float>> masks = std::vector<Plane<float>>(1);  ///< Of the pictures in the windows.
  std::vector<float> input, output, crop_width_metres, scratch;
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
  void look(std::size_t slot, ImageView image, const EstimationConfig& config);
  void run(const EstimationConfig& config);
  ReliefScale scale(std::size_t slot, const EstimationConfig& config, const Intrinsics& intrinsics,
                    std::span<float> values);
  void finish(std::size_t slot, ImageView image, const EstimationConfig& config, DepthMap& result);
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
  windows.resize(std::max(windows.size(), batch));
  masks.resize(windows.size());
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
  if (config.mask) {
    if (config.mask->width() != image.width() || config.mask->height() != image.height())
      throw Error(ErrorCode::invalid_argument, "the mask's size differs from the picture's");
    segmentation_from_mask(*config.mask, segmentation);
    if (!segmentation.found)
      throw Error(ErrorCode::no_person,
                  "the mask shows nobody, or somebody too small; white is person, black is not");
  } else if (options.segmentation) {
    segmenter->segment(image, segmentation);
  } else {
    segmentation.mask.resize(image.width(), image.height(), 1.0f);
    segmentation.person = {0, 0, static_cast<float>(image.width()), static_cast<float>(image.height())};
    segmentation.found = true;
  }
  if (!segmentation.found)
    throw Error(ErrorCode::no_person, "no person found; give a mask, or turn segmentation off");
}

void DepthEstimator::State::look(std::size_t slot, ImageView image, const EstimationConfig& config) {
  if (image.empty()) throw Error(ErrorCode::invalid_argument, "the picture is empty");
  segment(image, config);
  windows[slot].look(image, segmentation.mask, segmentation.person, model,
                     std::span(input).subspan(slot * input_size(), input_size()));
  std::swap(masks[slot], segmentation.mask);
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

ReliefScale DepthEstimator::State::scale(std::size_t slot, const EstimationConfig& config,
                                         const Intrinsics& intrinsics, std::span<float> values) {
  const DepthWindow& window = windows[slot];
  float crop_width = kAssumedCropWidthMetres;
  if (model.output == DepthOutput::relief) crop_width = crop_width_metres[slot];
  if (model.output == DepthOutput::depth)
    relief_from_depth(values, window.mask(), intrinsics.fx / window.crop().width, scratch);
  if (model.output == DepthOutput::disparity) relief_from_disparity(values, window.mask(), scratch);
  return relief_scale(crop_width, window.crop().width, intrinsics, config.head_distance_metres);
}

// The result is touched only once nothing can be refused any more.
void DepthEstimator::State::finish(std::size_t slot, ImageView image, const EstimationConfig& config,
                                   DepthMap& result) {
  const std::span<float> values = std::span(output).subspan(slot * output_size(), output_size());
  const Intrinsics intrinsics = camera_of(image, config);
  const ReliefScale relief_scale = scale(slot, config, intrinsics, values);
  windows[slot].finish(image, masks[slot], values, relief_scale, result.metres_);
  std::swap(result.mask_, masks[slot]);  // the result's earlier memory serves the next picture
  result.intrinsics_ = intrinsics;
  result.head_distance_metres_ = relief_scale.head_metres;
  result.min_depth_ = config.min_depth;
  result.max_depth_ = config.max_depth;
  if (!config.flip_horizontal) return;
  mirror_rows(result.metres_.values(), image.width());
  mirror_rows(result.mask_.values(), image.width());
  result.intrinsics_.cx = static_cast<float>(image.width()) - result.intrinsics_.cx;
}

DepthEstimator::DepthEstimator(const DepthModel& model, const EstimatorOptions& options)
    : state_(std::make_unique<State>(model, options)) {
  if (options.segmentation) {
    SegmenterOptions segmenter = options.segmenter;
    if (segmenter.model_folder.empty()) segmenter.model_folder = options.model_folder;
    state_->segmenter.emplace(segmenter);
  }
  state_->find_largest_batch();
  state_->bind(1);  // tells at once if the network does not keep the contract
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
  state_->look(0, image, config);
  state_->run(config);
  state_->finish(0, image, config, result);
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
      state_->look(i, images[first + i], config);
    }
    state_->run(config);
    for (std::size_t i = 0; i < batch; ++i) state_->finish(i, images[first + i], config, results[first + i]);
    first += batch;
  }
  progress.at(1.0);
  return results;
}

// Every picture is estimated by itself: nothing of a frame is kept that could show in the next one.
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
  throw Error(ErrorCode::invalid_argument, "unknown model; take ARPortraitDepth or ARPortraitDepthFast");
}

std::unique_ptr<DepthEstimator> create_estimator(const DepthModel& model, const EstimatorOptions& options) {
  return std::make_unique<DepthEstimator>(model, options);
}

}  // namespace portrait_depth
