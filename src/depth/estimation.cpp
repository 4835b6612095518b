#include "depth/estimation.hpp"

#include <optional>
#include <utility>

#include "depth/camera_prior.hpp"
#include "depth/crop.hpp"
#include "depth/head_pass.hpp"

namespace portrait_depth {
namespace {

/// Width over height of a crop around the person in a network's view of the whole photo: the shipped
/// networks'.
constexpr float kPersonAspect = 0.75f;

Intrinsics known_camera(int width, int height, const Intrinsics& intrinsics) {
  if (intrinsics.width != width || intrinsics.height != height)
    throw Error(ErrorCode::invalid_argument, "the intrinsics are of a picture of another size");
  return intrinsics;
}

}  // namespace

void Estimation::prepare(ImageView image, Segmentation& segmentation, const DepthModel& model,
                         std::span<float> input) {
  const NetworkInput window = network_input(model, segmentation.person, image.width(), image.height());
  window_.prepare_input(image, segmentation.mask, window, model, input);
  person_width_ = model.view == NetworkView::person
                      ? crop().width
                      : crop_around_person(segmentation.person, kPersonAspect).width;
  std::swap(mask_, segmentation.mask);
}

void Estimation::place(float crop_width_metres, const EstimationConfig& config) {
  check_head_distance(config.head_distance_metres);
  const int width = mask_.width(), height = mask_.height();
  intrinsics_ = config.intrinsics ? known_camera(width, height, *config.intrinsics)
                                  : likely_camera(width, height, crop().width, crop_width_metres,
                                                  config.head_distance_metres);
  scale_ = relief_scale(crop_width_metres, crop().width, intrinsics_, config.head_distance_metres);
}

Intrinsics Estimation::result_intrinsics(const EstimationConfig& config) const {
  Intrinsics intrinsics = intrinsics_;
  if (config.flip_horizontal) intrinsics.cx = static_cast<float>(intrinsics.width) - intrinsics.cx;
  return intrinsics;
}

// The result is written once no step can fail any more.
void Estimation::make_depth_map(ImageView image, std::span<float> output, DepthOutput kind,
                                const EstimationConfig& config, DepthMap& result) {
  const std::span<const float> small_mask = window_.mask();
  const float person_width = person_width_ / crop().width;
  if (kind == DepthOutput::depth || kind == DepthOutput::metric)
    relief_from_depth(output, small_mask, intrinsics_.fx / crop().width, scratch_);
  if (kind == DepthOutput::disparity) relief_from_disparity(output, small_mask, person_width, scratch_);
  if (kind == DepthOutput::relative) relief_from_relative(output, small_mask, person_width, scratch_);
  if (!head_relief_.empty())
    blend_head(output, small_mask, crop(), {head_relief_, head_window_.mask(), head_window_.crop()},
               window_.placement().width, window_.placement().height);
  window_.upsample_relief(image, mask_, output, scale_, result.metres_);
  std::swap(result.mask_, mask_);  // the result's earlier memory serves the next picture
  result.intrinsics_ = result_intrinsics(config);
  result.head_distance_metres_ = scale_.head_metres;
  result.limits_ = {config.min_depth, config.max_depth};
  if (!config.flip_horizontal) return;
  mirror_rows(result.metres_.values(), result.width());
  mirror_rows(result.mask_.values(), result.width());
}

bool Estimation::prepare_head(ImageView image, const Segmentation& segmentation, const Box& face,
                              const DepthModel& model, std::span<float> input) {
  head_relief_.clear();
  if (model.output != DepthOutput::relief || !model.masked || model.view != NetworkView::person) return false;
  NetworkInput window = network_input(model, segmentation.person, image.width(), image.height());
  const std::optional<Box> head = crop_around_head(face, window.crop);
  if (!head) return false;
  window.crop = *head;
  head_window_.prepare_input(image, segmentation.mask, window, model, input);
  return true;
}

void Estimation::set_head(std::span<const float> relief) {
  head_relief_.assign(relief.begin(), relief.end());
}

void Estimation::forget_head() {
  head_relief_.clear();
}

float Estimation::head_metres(std::span<const float> output) {
  return depth_of_person(output, window_.mask(), scratch_);
}

void Estimation::make_scene(ImageView image, std::span<const float> relief, Plane<float>& metres) {
  const Plane<float> everything(image.width(), image.height(), 1.0f);
  scene_window_.place(image, everything, window_.placement());
  scene_window_.upsample_relief(image, everything, relief, scale_, metres);
}

}  // namespace portrait_depth
