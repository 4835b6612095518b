#include <array>
#include <cmath>
#include <cstring>
#include <optional>
#include <vector>

#include "depth/estimation.hpp"
#include "errors.hpp"
#include "image/window_sampler.hpp"
#include "portrait_depth/depth.hpp"
#include "portrait_depth/segmentation.hpp"
#include "portrait_depth_core.h"
#include "segmentation/mask_refinement.hpp"

using namespace portrait_depth;

struct pd_estimation {
  Image picture;
  WindowSampler sampler;

  SegmentationWindow window = kGeneralWindow;
  std::vector<float> segmentation_input;
  MaskRefiner refiner;
  Segmentation segmentation;
  std::array<float, 6> segmentation_numbers = {};

  DepthModel model;  // the contract's: 192 x 256, colors and mask, relief
  Estimation estimation;
  std::vector<float> depth_input;
  EstimationConfig config;
  std::array<float, 18> numbers = {};
  DepthMap depth;
  std::vector<float> values;
};

pd_estimation* pd_estimation_create() {
  return wasm::guarded([] { return new pd_estimation; });
}
void pd_estimation_destroy(pd_estimation* estimation) {
  delete estimation;
}

uint8_t* pd_estimation_image(pd_estimation* estimation, int width, int height) {
  return wasm::guarded([&] {
    if (width < 1 || height < 1) throw Error(ErrorCode::invalid_argument, "The picture is empty.");
    estimation->picture.resize(width, height, 4);
    return estimation->picture.bytes().data();
  });
}

int pd_estimation_landscape(const pd_estimation* estimation) {
  const Image& picture = estimation->picture;
  return choose_segmentation_model(SegmentationModel::automatic, picture.width(), picture.height()) ==
                 SegmentationModel::landscape
             ? 1
             : 0;
}

const float* pd_estimation_segmentation_input(pd_estimation* estimation, int landscape) {
  return wasm::guarded([&] {
    pd_estimation& e = *estimation;
    e.window = landscape != 0 ? kLandscapeWindow : kGeneralWindow;
    e.segmentation_input.resize(3 * static_cast<std::size_t>(e.window.width) *
                                static_cast<std::size_t>(e.window.height));
    const Box whole = {0, 0, static_cast<float>(e.picture.width()), static_cast<float>(e.picture.height())};
    e.sampler.sample(e.picture, whole, e.window.width, e.window.height, e.segmentation_input);
    return e.segmentation_input.data();
  });
}

int pd_estimation_set_coarse_mask(pd_estimation* estimation, const float* mask, int width, int height) {
  return wasm::guarded([&] {
    pd_estimation& e = *estimation;
    if (width != e.window.width || height != e.window.height)
      throw Error(ErrorCode::invalid_argument,
                  "The mask has another size than the segmentation network's input.");
    const auto pixels = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
    e.refiner.refine(e.picture, e.segmentation_input, {mask, pixels}, width, height, e.segmentation);
    return 1;
  });
}

int pd_estimation_set_whole_picture(pd_estimation* estimation) {
  return wasm::guarded([&] {
    const Plane<float> everything(estimation->picture.width(), estimation->picture.height(), 1.0f);
    estimation->segmentation = segmentation_from_mask(everything);
    return 1;
  });
}

const float* pd_estimation_segmentation_numbers(pd_estimation* estimation) {
  const Segmentation& s = estimation->segmentation;
  estimation->segmentation_numbers = {s.person.x,      s.person.y, s.person.width,
                                      s.person.height, s.coverage, s.found ? 1.0f : 0.0f};
  return estimation->segmentation_numbers.data();
}

const float* pd_estimation_segmentation_mask(const pd_estimation* estimation) {
  return estimation->segmentation.mask.values().data();
}

const float* pd_estimation_depth_input(pd_estimation* estimation) {
  return wasm::guarded([&] {
    pd_estimation& e = *estimation;
    if (!e.segmentation.found) throw Error(ErrorCode::no_person, "Nobody was found in this picture.");
    const auto pixels =
        static_cast<std::size_t>(e.model.input_width) * static_cast<std::size_t>(e.model.input_height);
    e.depth_input.resize(static_cast<std::size_t>(e.model.input_channels) * pixels);
    e.estimation.prepare(e.picture, e.segmentation, e.model, e.depth_input);
    return e.depth_input.data();
  });
}

const float* pd_estimation_mirrored_input(pd_estimation* estimation) {
  mirror_rows(estimation->depth_input, estimation->model.input_width);
  return estimation->depth_input.data();
}

int pd_average_with_mirror_image(const float* relief, const float* crop_width, float* mirrored,
                                 float* mirrored_crop_width) {
  const DepthModel model;
  const auto pixels =
      static_cast<std::size_t>(model.input_width) * static_cast<std::size_t>(model.input_height);
  average_with_mirror_image({relief, pixels}, {crop_width, 1}, {mirrored, pixels}, {mirrored_crop_width, 1},
                            model.input_width);
  return 1;
}

int pd_estimation_place(pd_estimation* estimation, float crop_width_metres, int flip_horizontal, float fx,
                        float fy, float cx, float cy, float head_distance_metres) {
  return wasm::guarded([&] {
    pd_estimation& e = *estimation;
    e.config = {};
    e.config.flip_horizontal = flip_horizontal != 0;
    if (!std::isnan(fx)) e.config.intrinsics = {fx, fy, cx, cy, e.picture.width(), e.picture.height()};
    if (!std::isnan(head_distance_metres)) e.config.head_distance_metres = head_distance_metres;
    e.estimation.place(crop_width_metres, e.config);
    const Intrinsics camera = e.estimation.result_intrinsics(e.config);
    const Box& crop = e.estimation.crop();
    e.numbers = {camera.fx,
                 camera.fy,
                 camera.cx,
                 camera.cy,
                 e.estimation.scale().head_metres,
                 e.estimation.scale().metres_per_relief,
                 crop.x,
                 crop.y,
                 crop.width,
                 crop.height,
                 static_cast<float>(kReliefFit.radius),
                 kReliefFit.epsilon,
                 kReliefFit.flat,
                 kReliefFit.edge,
                 kLeastReliefWeight,
                 kLeastGuideMask,
                 kNearestMetres,
                 kPersonMask};
    return 1;
  });
}

const float* pd_estimation_numbers(const pd_estimation* estimation) {
  return estimation->numbers.data();
}

const float* pd_estimation_person_mask(const pd_estimation* estimation) {
  return estimation->estimation.mask().data();
}

int pd_estimation_finish(pd_estimation* estimation, float* relief, float min_depth, float max_depth) {
  return wasm::guarded([&] {
    pd_estimation& e = *estimation;
    const auto pixels =
        static_cast<std::size_t>(e.model.input_width) * static_cast<std::size_t>(e.model.input_height);
    e.config.min_depth = min_depth;
    e.config.max_depth = max_depth;
    e.estimation.make_depth_map(e.picture, {relief, pixels}, DepthOutput::relief, e.config, e.depth);
    e.values.resize(static_cast<std::size_t>(e.picture.width()) *
                    static_cast<std::size_t>(e.picture.height()));
    e.depth.to_array(e.values);
    return 1;
  });
}

const float* pd_estimation_values(pd_estimation* estimation) {
  return estimation->values.data();
}
const float* pd_estimation_metres(const pd_estimation* estimation) {
  return estimation->depth.metres().data();
}
const float* pd_estimation_mask(const pd_estimation* estimation) {
  return estimation->depth.mask().data();
}

const float* pd_normals(const float* metres, const float* mask, int width, int height, float fx, float fy,
                        float cx, float cy) {
  static Plane<Vec3> normals;
  return wasm::guarded([&] {
    Plane<float> metres_plane(width, height), mask_plane(width, height);
    std::memcpy(metres_plane.values().data(), metres, metres_plane.values().size_bytes());
    std::memcpy(mask_plane.values().data(), mask, mask_plane.values().size_bytes());
    const Intrinsics camera = {fx, fy, cx, cy, width, height};
    normals = DepthMap(std::move(metres_plane), std::move(mask_plane), camera, 0, 1).normals();
    static_assert(sizeof(Vec3) == 3 * sizeof(float));
    return &normals.values().data()->x;
  });
}
