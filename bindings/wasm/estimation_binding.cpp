#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "depth/estimation.hpp"
#include "depth/given_depth_use.hpp"
#include "depth/surface_normals.hpp"
#include "errors.hpp"
#include "given_depth.hpp"
#include "image/window_sampler.hpp"
#include "portrait_depth/depth.hpp"
#include "portrait_depth/segmentation.hpp"
#include "portrait_depth_core.h"
#include "segmentation/face_window.hpp"
#include "segmentation/mask_refinement.hpp"
#include "segmentation/person_checks.hpp"

using namespace portrait_depth;

struct pd_estimation {
  Image picture;
  PhotoConfig photo;  // the depth that comes with the picture, and the way to use it
  DepthSource source = DepthSource::network;
  std::string warning;
  WindowSampler sampler;

  SegmentationWindow window = kGeneralWindow;
  std::vector<float> segmentation_input;
  MaskRefiner refiner;
  Segmentation segmentation;
  pd_segmentation segmentation_result = {};

  FaceWindow face_window;
  std::vector<float> face_input;
  Face face;

  DepthModel model;  // the contract's: 192 x 256, colors and mask, relief
  Estimation estimation;
  std::vector<float> depth_input;
  float crop_width_metres = 0;
  EstimationConfig config;
  bool limits_of_person = false;
  pd_placement placement = {};
  DepthMap depth;
  std::vector<float> values;
  pd_depth_map depth_map = {};
};

namespace {

/// Takes the configuration of the caller for the network's part and for the given map's.
void configure(pd_estimation& e, const pd_estimation_config& c) {
  const int width = e.picture.width(), height = e.picture.height();
  const bool uses_map = e.source != DepthSource::network;
  e.limits_of_person = std::isnan(c.min_depth);
  e.config = {.min_depth = e.limits_of_person ? 0 : c.min_depth,
              .max_depth = e.limits_of_person ? 1 : c.max_depth};
  e.photo.flip_horizontal = c.flip_horizontal != 0;
  e.config.flip_horizontal = e.photo.flip_horizontal && !uses_map;
  e.photo.intrinsics.reset();
  if (!std::isnan(c.fx)) e.photo.intrinsics = {c.fx, c.fy, c.cx, c.cy, width, height};
  e.config.intrinsics = known_camera(e.photo, uses_map, width, height);
  e.photo.head_distance_metres.reset();
  if (!std::isnan(c.head_distance_metres)) e.photo.head_distance_metres = c.head_distance_metres;
  e.config.head_distance_metres = e.photo.head_distance_metres;
}

/// Brings the given map into the network's depth map.
void use_map(pd_estimation& e) {
  PhotoDepth result;
  result.depth = std::move(e.depth);
  result.source = e.source;
  const NetworkEstimate estimate = {.crop_width = e.estimation.crop().width,
                                    .crop_width_metres = e.crop_width_metres,
                                    .scale = e.estimation.scale()};
  use_given_depth(e.picture, e.photo, e.config.intrinsics, estimate, result);
  e.depth = std::move(result.depth);
  e.source = result.source;
  e.warning = result.warning;
}

std::size_t network_pixels(const DepthModel& model) {
  return static_cast<std::size_t>(model.input_width) * static_cast<std::size_t>(model.input_height);
}

}  // namespace

pd_estimation* pd_estimation_create() {
  return wasm::guarded([] { return new pd_estimation; });
}
void pd_estimation_destroy(pd_estimation* estimation) {
  delete estimation;
}

uint8_t* pd_estimation_image(pd_estimation* estimation, int width, int height) {
  return wasm::guarded([&] {
    if (width < 1 || height < 1) throw Error(ErrorCode::invalid_argument, "The picture is empty.");
    estimation->photo = {};
    estimation->source = DepthSource::network;
    estimation->warning.clear();
    estimation->face = {};
    estimation->estimation.forget_head();
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

int pd_estimation_set_mask(pd_estimation* estimation, const float* mask) {
  return wasm::guarded([&] {
    const PlaneView<const float> plane(mask, estimation->picture.width(), estimation->picture.height());
    segmentation_from_mask(plane, estimation->segmentation);
    check_mask_has_person(estimation->segmentation);
    return 1;
  });
}

int pd_estimation_set_given_depth(pd_estimation* estimation, const pd_given_depth* given, int source) {
  return wasm::guarded([&] {
    pd_estimation& e = *estimation;
    e.photo = {};
    if (given != nullptr) e.photo.depth = wasm::given_depth_from(*given);
    e.photo.source = static_cast<DepthSource>(source);
    e.warning.clear();
    e.source = DepthSource::network;
    e.source = chosen_source(e.photo, e.picture.width(), e.picture.height(), e.warning);
    if (e.source == DepthSource::network) e.photo.depth.reset();
    return static_cast<int>(e.source);
  });
}

int pd_estimation_set_matte(pd_estimation* estimation) {
  return wasm::guarded([&] {
    pd_estimation& e = *estimation;
    if (e.source == DepthSource::network) return 1;
    const auto matte = person_matte(e.photo, e.picture.width(), e.picture.height());
    if (!matte) return 1;
    segmentation_from_mask(*matte, e.segmentation);
    return 2;
  });
}

int pd_estimation_depth_source(const pd_estimation* estimation) {
  return static_cast<int>(estimation->source);
}
const char* pd_estimation_depth_warning(const pd_estimation* estimation) {
  return estimation->warning.c_str();
}

int pd_estimation_set_whole_picture(pd_estimation* estimation) {
  return wasm::guarded([&] {
    const Plane<float> everything(estimation->picture.width(), estimation->picture.height(), 1.0f);
    estimation->segmentation = segmentation_from_mask(everything);
    return 1;
  });
}

const pd_segmentation* pd_estimation_segmentation(pd_estimation* estimation) {
  const Segmentation& s = estimation->segmentation;
  estimation->segmentation_result = {.mask = s.mask.values().data(),
                                     .x = s.person.x,
                                     .y = s.person.y,
                                     .width = s.person.width,
                                     .height = s.person.height,
                                     .coverage = s.coverage,
                                     .found = s.found ? 1 : 0};
  return &estimation->segmentation_result;
}

const float* pd_estimation_face_input(pd_estimation* estimation, int region) {
  return wasm::guarded([&]() -> const float* {
    pd_estimation& e = *estimation;
    const std::optional<Box> square = face_region(e.picture, e.segmentation.person, region);
    if (!square) return nullptr;
    e.face_input.resize(std::size_t{3} * kFaceSide * kFaceSide);
    e.face_window.prepare_input(e.picture, *square, e.face_input);
    return e.face_input.data();
  });
}

int pd_estimation_set_face(pd_estimation* estimation, const float* boxes, const float* scores) {
  estimation->face =
      estimation->face_window.best_face({boxes, kFaceBoxValues * kFaceCells}, {scores, kFaceCells});
  return estimation->face.found ? 1 : 0;
}

const float* pd_estimation_depth_input(pd_estimation* estimation) {
  return wasm::guarded([&] {
    pd_estimation& e = *estimation;
    check_person_found(e.segmentation);
    e.depth_input.resize(static_cast<std::size_t>(e.model.input_channels) * network_pixels(e.model));
    e.estimation.prepare(e.picture, e.segmentation, e.model, e.depth_input);
    return e.depth_input.data();
  });
}

const float* pd_estimation_head_input(pd_estimation* estimation) {
  return wasm::guarded([&]() -> const float* {
    pd_estimation& e = *estimation;
    if (!e.face.found) return nullptr;
    e.depth_input.resize(static_cast<std::size_t>(e.model.input_channels) * network_pixels(e.model));
    const bool gains =
        e.estimation.prepare_head(e.picture, e.segmentation, e.face.box, e.model, e.depth_input);
    return gains ? e.depth_input.data() : nullptr;
  });
}

int pd_estimation_set_head(pd_estimation* estimation, const float* relief) {
  return wasm::guarded([&] {
    estimation->estimation.set_head({relief, network_pixels(estimation->model)});
    return 1;
  });
}

const float* pd_estimation_mirrored_input(pd_estimation* estimation) {
  mirror_rows(estimation->depth_input, estimation->model.input_width);
  return estimation->depth_input.data();
}

int pd_average_with_mirror_image(const float* relief, const float* crop_width, float* mirrored,
                                 float* mirrored_crop_width) {
  const DepthModel model;
  const std::size_t pixels = network_pixels(model);
  average_with_mirror_image({relief, pixels}, {crop_width, 1}, {mirrored, pixels}, {mirrored_crop_width, 1},
                            model.input_width);
  return 1;
}

const pd_placement* pd_estimation_place(pd_estimation* estimation, float crop_width_metres,
                                        const pd_estimation_config* config) {
  return wasm::guarded([&] {
    pd_estimation& e = *estimation;
    configure(e, *config);
    e.crop_width_metres = crop_width_metres;
    e.estimation.place(crop_width_metres, e.config);
    const Intrinsics camera = e.estimation.result_intrinsics(e.config);
    const Box& crop = e.estimation.crop();
    e.placement = {.fx = camera.fx,
                   .fy = camera.fy,
                   .cx = camera.cx,
                   .cy = camera.cy,
                   .head_distance_metres = e.estimation.scale().head_metres,
                   .metres_per_relief = e.estimation.scale().metres_per_relief,
                   .crop_x = crop.x,
                   .crop_y = crop.y,
                   .crop_width = crop.width,
                   .crop_height = crop.height,
                   .fit_radius = kReliefFit.radius,
                   .fit_epsilon = kReliefFit.epsilon,
                   .fit_flat = kReliefFit.flat,
                   .fit_edge = kReliefFit.edge,
                   .least_relief_weight = kLeastReliefWeight,
                   .least_guide_mask = kLeastGuideMask,
                   .nearest_metres = kNearestMetres,
                   .person_mask = kPersonMask,
                   .mask = e.estimation.mask().data()};
    return &e.placement;
  });
}

const pd_depth_map* pd_estimation_depth_map(pd_estimation* estimation, float* relief) {
  return wasm::guarded([&] {
    pd_estimation& e = *estimation;
    e.estimation.make_depth_map(e.picture, {relief, network_pixels(e.model)}, DepthOutput::relief, e.config,
                                e.depth);
    if (e.source != DepthSource::network) use_map(e);
    if (e.limits_of_person) e.depth.set_limits(e.depth.limits_of_person());
    e.values.resize(e.picture.bytes().size() / 4);
    e.depth.to_array(e.values);
    const Intrinsics& camera = e.depth.intrinsics();
    e.depth_map = {.values = e.values.data(),
                   .metres = e.depth.metres().data(),
                   .mask = e.depth.mask().data(),
                   .width = camera.width,
                   .height = camera.height,
                   .fx = camera.fx,
                   .fy = camera.fy,
                   .cx = camera.cx,
                   .cy = camera.cy,
                   .head_distance_metres = e.depth.head_distance_metres(),
                   .min_depth = e.depth.limits().min_depth,
                   .max_depth = e.depth.limits().max_depth};
    return &e.depth_map;
  });
}

const float* pd_normals(const pd_depth_map* map) {
  static Plane<Vec3> normals;
  return wasm::guarded([&] {
    const Intrinsics camera = {map->fx, map->fy, map->cx, map->cy, map->width, map->height};
    normals =
        surface_normals({map->metres, map->width, map->height}, {map->mask, map->width, map->height}, camera);
    static_assert(sizeof(Vec3) == 3 * sizeof(float));
    return &normals.values().data()->x;
  });
}
