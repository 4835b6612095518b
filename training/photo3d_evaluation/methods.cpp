#include "methods.hpp"

#include <limits>
#include <memory>

#include "camera/vector.hpp"
#include "photo3d/original.hpp"
#include "picture_measures.hpp"
#include "render/linear_texture.hpp"
#include "render/renderer.hpp"

namespace portrait_depth {
namespace {

CameraPose in_metres(const CameraPose& pose, float head_metres) {
  CameraPose scaled = pose;
  scaled.position = head_metres * pose.position;
  scaled.look_at = head_metres * pose.look_at;
  return scaled;
}

DrawFrame draw_photo3d(std::shared_ptr<Photo3D> photo, const MethodInput& input, float zoom,
                       ThreadPool& threads) {
  return [photo = std::move(photo), size = input.intrinsics, head = input.head_metres, zoom, &threads](
             const CameraPose& pose, Image& frame) {
    CameraPose camera = in_metres(pose, head);
    camera.zoom *= zoom;
    photo->render(camera, size.width, size.height, frame, threads);
  };
}

std::shared_ptr<Photo3D> build(const MethodInput& input, SceneKind scene, ThreadPool& threads) {
  Photo3DOptions options;
  options.scene = scene;
  options.background_metres = input.background_metres;
  options.edge_slope = input.edge_slope;
  options.threads = threads.threads();
  return std::make_shared<Photo3D>(
      Photo3D::build(input.photo, input.metres, input.mask, input.intrinsics, input.head_metres, options));
}

DrawFrame prepare_product(const MethodInput& input, ThreadPool& threads) {
  return draw_photo3d(build(input, SceneKind::cut, threads), input, 1, threads);
}

// The demo's picture at rest differs from the photo: near surfaces are too large. It gets the zoom with the
// least difference.
float best_zoom(const Photo3D& photo, const MethodInput& input, ThreadPool& threads) {
  constexpr int kSteps = 41;
  constexpr float kFrom = 0.8f, kTo = 1.2f;
  float best = 1;
  double least = std::numeric_limits<double>::infinity();
  Image frame;
  for (int i = 0; i < kSteps; ++i) {
    CameraPose rest;
    rest.zoom = kFrom + (kTo - kFrom) * static_cast<float>(i) / (kSteps - 1);
    photo.render(rest, input.intrinsics.width, input.intrinsics.height, frame, threads);
    const double difference = mean_square(frame, input.photo);
    if (difference >= least) continue;
    least = difference;
    best = rest.zoom;
  }
  return best;
}

DrawFrame prepare_original(const MethodInput& input, ThreadPool& threads) {
  std::shared_ptr<Photo3D> photo = build(input, SceneKind::original, threads);
  const float zoom = best_zoom(*photo, input, threads);
  return draw_photo3d(std::move(photo), input, zoom, threads);
}

// A mesh before a plane, both textured with the photo.
struct PlainScene {
  Mesh person;
  std::vector<std::uint32_t> no_seams;
  LinearTexture photo;
  Scene scene;
  Renderer renderer;
};

DrawFrame draw_plain(Mesh person, const MethodInput& input, ThreadPool& threads) {
  auto plain = std::make_shared<PlainScene>();
  plain->person = std::move(person);
  plain->photo = make_linear_texture(input.photo, threads);
  plain->scene = {&plain->person,          &plain->no_seams,  &plain->photo,   &plain->photo,
                  input.background_metres, input.head_metres, input.intrinsics};
  return [plain = std::move(plain), &threads](const CameraPose& pose, Image& frame) {
    const Scene& scene = plain->scene;
    plain->renderer.render(scene, in_metres(pose, scene.pivot_metres), scene.intrinsics.width,
                           scene.intrinsics.height, frame, threads);
  };
}

DrawFrame prepare_original_on_rays(const MethodInput& input, ThreadPool& threads) {
  return draw_plain(make_original_grid_on_rays(input.metres, input.mask, input.intrinsics), input, threads);
}

DrawFrame prepare_still(const MethodInput& input, ThreadPool& threads) {
  const DrawFrame draw = draw_plain({}, input, threads);
  return [draw](const CameraPose& pose, Image& frame) {
    CameraPose rest;
    rest.zoom = pose.zoom;
    draw(rest, frame);
  };
}

}  // namespace

const std::vector<Method>& methods() {
  static const std::vector<Method> all = {
      {"Portrait Depth", "the output of `portrait-depth photo3d`", prepare_product},
      {"`original` on rays",
       "the demo's grid, threshold and photo plane, but every vertex on its viewing ray and the plane where "
       "the "
       "background is",
       prepare_original_on_rays},
      {"`original`",
       "the 2022 demo as it was, at the zoom that brings its first picture closest to the photo",
       prepare_original},
      {"still", "the photo without movement", prepare_still},
  };
  return all;
}

}  // namespace portrait_depth
