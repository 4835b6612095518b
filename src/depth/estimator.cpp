#include <algorithm>
#include <optional>

#include "camera/gravity.hpp"
#include "depth/depth_network.hpp"
#include "depth/depth_window.hpp"
#include "depth/estimation.hpp"
#include "depth/given_depth_use.hpp"
#include "depth/model_registry.hpp"
#include "depth/network_input.hpp"
#include "depth/person_values.hpp"
#include "portrait_depth/progress.hpp"
#include "segmentation/person_checks.hpp"

namespace portrait_depth {
namespace {

bool is_description(const std::filesystem::path& file) {
  return file.extension() == ".toml";
}

/// The model with its file's full path; read from a description, if the file is one.
DepthModel resolved(const DepthModel& model, const EstimatorOptions& options) {
  DepthModel result = model;
  if (!is_description(model.file)) check_depth_model(model);
  if (!model.file.is_absolute())
    result.file = (options.model_folder.empty() ? default_model_folder() : options.model_folder) / model.file;
  if (!is_description(model.file)) return result;
  result = read_depth_model(result.file);
  if (!model.name.empty()) result.name = model.name;
  return result;
}

/// The distance for the background's plane, see PhotoDepth::background_metres.
std::optional<float> background_metres(const Plane<float>& scene, const DepthMap& depth) {
  constexpr float kBehindPerson = 1.1f;
  std::vector<float> background;
  float farthest = 0;
  for (int y = 0; y < scene.height(); ++y)
    for (int x = 0; x < scene.width(); ++x) {
      if (depth.mask()(x, y) < kPersonMask)
        background.push_back(scene(x, y));
      else
        farthest = std::max(farthest, depth.metres()(x, y));
    }
  if (background.empty()) return std::nullopt;
  const float median = quantile(background, 0.5f);
  return median >= kBehindPerson * farthest ? std::optional(median) : std::nullopt;
}

}  // namespace

struct DepthEstimator::State {
  State(const DepthModel& depth_model, const EstimatorOptions& estimator_options)
      : model(resolved(depth_model, estimator_options)),
        options(estimator_options),
        network(model, model.file, estimator_options.runtime) {}

  DepthModel model;
  EstimatorOptions options;
  DepthNetwork network;
  std::optional<BodySegmenter> segmenter;
  std::optional<FaceDetector> face_detector;
  Segmentation segmentation;
  std::vector<Estimation> estimations = std::vector<Estimation>(1);  ///< Of the pictures of a batch.

  void segment(ImageView image, const EstimationConfig& config);
  /// The face of the person in `segmentation`. Throws ErrorCode::no_person without one.
  Face find_face(ImageView image);
  /// Binds the network for a batch of pictures; of a network of free size, for one picture like `image`.
  void bind(std::size_t batch, ImageView image);
  /// Writes the network's inputs for the person in `segmentation`.
  void prepare(std::size_t slot, ImageView image, const Vec3& gravity);
  /// Runs the network on the head of the person in `segmentation`, for the depth map of slot 0.
  void look_at_head(ImageView image, const Box& face, const Vec3& gravity, bool flip_augmentation);
  void make_depth_map(std::size_t slot, ImageView image, const EstimationConfig& config, DepthMap& result);
  /// After make_depth_map(), whose result may be mirrored.
  void make_scene(ImageView image, bool is_mirrored, PhotoDepth& result);
  /// The crop's width in metres; assumed for networks that do not estimate it.
  float crop_width(std::size_t slot) const {
    return model.output == DepthOutput::relief ? network.crop_width_metres(slot)
                                               : estimations[slot].assumed_crop_width_metres();
  }
  NetworkEstimate estimate(std::size_t slot) const {
    return {estimations[slot].crop().width, crop_width(slot), estimations[slot].scale()};
  }
};

void DepthEstimator::State::bind(std::size_t batch, ImageView image) {
  const NetworkInput input = network_input(model, segmentation.person, image.width(), image.height());
  network.bind(batch, input.width, input.height);
  estimations.resize(std::max(estimations.size(), batch));
  for (Estimation& estimation : estimations) estimation.forget_head();
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

void DepthEstimator::State::prepare(std::size_t slot, ImageView image, const Vec3& gravity) {
  network.set_gravity(slot, gravity);
  estimations[slot].prepare(image, segmentation, model, network.input(slot));
}

void DepthEstimator::State::look_at_head(ImageView image, const Box& face, const Vec3& gravity,
                                         bool flip_augmentation) {
  if (!estimations[0].prepare_head(image, segmentation, face, model, network.input(0))) return;
  network.set_gravity(0, gravity);
  network.run(flip_augmentation);
  estimations[0].set_head(network.output(0));
}

void DepthEstimator::State::make_depth_map(std::size_t slot, ImageView image, const EstimationConfig& config,
                                           DepthMap& result) {
  Estimation& estimation = estimations[slot];
  const std::span<float> output = network.output(slot);
  EstimationConfig placed = config;
  if (model.output == DepthOutput::metric && !config.head_distance_metres)
    placed.head_distance_metres = estimation.head_metres(output);
  estimation.place(crop_width(slot), placed);
  estimation.make_depth_map(image, output, model.output, placed, result);
}

void DepthEstimator::State::make_scene(ImageView image, bool is_mirrored, PhotoDepth& result) {
  if (model.masked || model.view != NetworkView::photo) return;
  estimations[0].make_scene(image, network.output(0), result.scene_metres);
  if (is_mirrored) mirror_rows(result.scene_metres.values(), result.scene_metres.width());
  if (model.output != DepthOutput::disparity && model.output != DepthOutput::relative)
    result.background_metres = background_metres(result.scene_metres, result.depth);
}

DepthEstimator::DepthEstimator(const DepthModel& model, const EstimatorOptions& options)
    : state_(std::make_unique<State>(model, options)) {
  if (options.segmentation) {
    SegmenterOptions segmenter = options.segmenter;
    if (segmenter.model_folder.empty()) segmenter.model_folder = options.model_folder;
    state_->segmenter.emplace(segmenter);
  }
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
  const Vec3 gravity = gravity_direction(config.camera_pitch, config.camera_roll);
  state_->segment(image, config);
  state_->bind(1, image);
  state_->prepare(0, image, gravity);
  state_->network.run(config.flip_augmentation);
  state_->make_depth_map(0, image, config, result);
}

std::vector<DepthMap> DepthEstimator::estimate_depth(std::span<const ImageView> images,
                                                     const EstimationConfig& config,
                                                     const Progress& progress) {
  check_limits(config.min_depth, config.max_depth);
  const Vec3 gravity = gravity_direction(config.camera_pitch, config.camera_roll);
  std::vector<DepthMap> results(images.size());
  for (std::size_t first = 0; first < images.size();) {
    const std::size_t batch = std::min(state_->network.largest_batch(), images.size() - first);
    for (std::size_t i = 0; i < batch; ++i) {
      progress.at(static_cast<double>(first + i) / static_cast<double>(images.size()));
      state_->segment(images[first + i], config);
      state_->bind(batch, images[first + i]);
      state_->prepare(i, images[first + i], gravity);
    }
    state_->network.run(config.flip_augmentation);
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
  const Vec3 gravity = gravity_direction(config.camera_pitch, config.camera_roll);
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
  state_->bind(1, image);
  if (config.head_pass && result.face)
    state_->look_at_head(image, result.face->box, gravity, estimation.flip_augmentation);
  state_->prepare(0, image, gravity);
  state_->network.run(estimation.flip_augmentation);
  state_->make_depth_map(0, image, estimation, result.depth);
  if (uses_map)
    use_given_depth(image, config, estimation.intrinsics, state_->estimate(0), result);
  else
    state_->make_scene(image, config.flip_horizontal, result);
  if (!config.limits) result.depth.set_limits(result.depth.limits_of_person());
  return result;
}

// The estimator keeps work memory only, no state between pictures.
void DepthEstimator::reset() {}

const DepthModel& DepthEstimator::model() const {
  return state_->model;
}

bool DepthEstimator::takes_camera_pitch() const {
  return state_->network.takes_gravity();
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
