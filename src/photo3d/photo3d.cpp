#include "portrait_depth/photo3d.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "camera/intrinsics.hpp"
#include "camera/pose.hpp"
#include "depth/person_values.hpp"
#include "matting/foreground_estimation.hpp"
#include "photo3d/background.hpp"
#include "photo3d/camera_paths.hpp"
#include "photo3d/depth_mesh.hpp"
#include "photo3d/head_in_view.hpp"
#include "photo3d/mirrored_border.hpp"
#include "photo3d/original.hpp"
#include "photo3d/path_limits.hpp"
#include "photo3d/photo3d_input.hpp"
#include "render/linear_texture.hpp"
#include "render/renderer.hpp"

namespace portrait_depth {
namespace {

// Distance of the background: times the head's, and times that of the person's farthest part.
constexpr float kBehindHead = 1.5f, kBehindPerson = 1.1f;
constexpr float kMostZoom = 1.03f;   // of a path: the frames show the photo as it is
constexpr float kWithoutPerson = 1;  // metres: the head's distance in an empty mask

// Progress of a build: shares of its usual time.
constexpr double kInputDone = 0.05, kMeshDone = 0.25, kForegroundDone = 0.4, kInpainting = 0.5;

// A copy of the photo as RGB or opaque RGBA.
Image copy_with_channels(ImageView photo, int channels) {
  Image copy(photo.width(), photo.height(), channels);
  for (int y = 0; y < photo.height(); ++y)
    for (int x = 0; x < photo.width(); ++x) {
      std::copy_n(photo.pixel(x, y), 3, copy.pixel(x, y));
      if (channels == 4) copy.pixel(x, y)[3] = 255;
    }
  return copy;
}

int grid_step(const Photo3DInput& input, const Photo3DOptions& options) {
  const int width = input.alpha.width(), height = input.alpha.height();
  if (options.grid_step == 0) return default_grid_step(width, height);
  return std::min(options.grid_step, std::max(width, height));
}

float farthest_metres(const Mesh& mesh) {
  float farthest = 0;
  for (const Vec3& position : mesh.positions) farthest = std::max(farthest, position.z);
  return farthest;
}

Mesh make_plane(const Intrinsics& photo, float metres) {
  const auto w = static_cast<float>(photo.width), h = static_cast<float>(photo.height);
  return {{photo.unproject(0, 0, metres), photo.unproject(w, 0, metres), photo.unproject(0, h, metres),
           photo.unproject(w, h, metres)},
          {{0, 0}, {1, 0}, {0, 1}, {1, 1}},
          {0, 1, 3, 0, 3, 2}};
}

}  // namespace

struct Photo3D::State {
  Mesh person_mesh, background_mesh;
  std::vector<std::uint32_t> person_seams;
  Image person_texture, background_texture;
  LinearTexture person_light, background_light;
  PathSpace space;
  float background_metres = 2;
  Renderer renderer;  // keeps its buffers from frame to frame

  void make_cut(const Photo3DInput& input, float head_metres, const Photo3DOptions& options,
                ThreadPool& threads, const Progress& progress);
  void make_original(const Photo3DInput& input, float head_metres, ThreadPool& threads);

  Scene scene() const {
    return {&person_mesh,      &person_seams,      &person_light,   &background_light,
            background_metres, space.focus_metres, space.intrinsics};
  }
};

void Photo3D::State::make_cut(const Photo3DInput& input, float head_metres, const Photo3DOptions& options,
                              ThreadPool& threads, const Progress& progress) {
  DepthMesh person =
      make_depth_mesh(input.metres, input.alpha, input.intrinsics,
                      {grid_step(input, options), options.edge_slope, options.relief, head_metres}, threads);
  mirror_person(person, input.alpha, input.intrinsics);
  person_mesh = std::move(person.mesh);
  person_seams = std::move(person.seam_indices);
  progress.at(kMeshDone);
  person_texture = estimate_foreground(input.photo, input.alpha);
  person_light = make_linear_texture(person_texture, threads);
  progress.at(kForegroundDone);
  const Progress inpainting{[&](double fraction) { progress.at(kForegroundDone + kInpainting * fraction); },
                            progress.stop};
  background_texture = make_background(input.photo, input.alpha, options.background, threads, inpainting);
  background_light = make_linear_texture(background_texture, threads);
  background_metres = options.background_metres.value_or(
      std::max(head_metres * kBehindHead, farthest_metres(person_mesh) * kBehindPerson));
  space.background_metres = 0;
  if (!background_texture.empty()) {
    background_mesh = make_mirrored_plane(input.intrinsics, background_metres);
    const bool endless = options.background.kind == Background::Kind::color;
    if (!endless) space.background_metres = background_metres;
  }
  space.border = kMirroredBorder;
  space.most_zoom = kMostZoom;
  space.border_points = find_border_points(person_mesh, input.alpha, input.intrinsics);
  space.head = find_head_ends(input.alpha, input.intrinsics, head_metres);
}

void Photo3D::State::make_original(const Photo3DInput& input, float head_metres, ThreadPool& threads) {
  OriginalScene original = make_original_scene(input.metres, input.alpha, head_metres, space.focus_metres);
  person_mesh = std::move(original.person);
  space.intrinsics = original.intrinsics;
  space.background_metres = background_metres = original.background_metres;
  background_mesh = make_plane(original.intrinsics, background_metres);
  background_texture = copy_with_channels(input.photo, 3);
  background_light = make_linear_texture(background_texture, threads);
  person_texture = copy_with_channels(input.photo, 4);
  person_light = make_linear_texture(person_texture, threads);
}

Photo3D::Photo3D() : state_(std::make_unique<State>()) {}
Photo3D::~Photo3D() = default;
Photo3D::Photo3D(Photo3D&&) noexcept = default;
Photo3D& Photo3D::operator=(Photo3D&&) noexcept = default;

Photo3D Photo3D::build(ImageView image, const DepthMap& depth, const Photo3DOptions& options,
                       const Progress& progress) {
  return build(image, depth.metres(), depth.mask(), depth.intrinsics(), depth.head_distance_metres(), options,
               progress);
}

Photo3D Photo3D::build(ImageView image, PlaneView<const float> metres, PlaneView<const float> mask,
                       const Intrinsics& intrinsics, float head_distance_metres,
                       const Photo3DOptions& options, const Progress& progress) {
  check_photo3d_input(image, metres, mask, intrinsics, options);
  progress.at(0);
  ThreadPool threads(options.threads);
  const Photo3DInput input = prepare_photo3d_input(image, metres, mask, intrinsics, options, threads);
  Photo3D photo;
  State& s = *photo.state_;
  const bool is_known = head_distance_metres > 0 && std::isfinite(head_distance_metres);
  const float head =
      std::min(is_known ? head_distance_metres : person_median(input.metres, input.alpha, kWithoutPerson),
               kFarthestMetres);
  s.space.intrinsics = input.intrinsics;
  s.space.focus_metres = options.focus_metres.value_or(head);
  progress.at(kInputDone);
  if (options.scene == SceneKind::original)
    s.make_original(input, head, threads);
  else
    s.make_cut(input, head, options, threads, progress);
  progress.at(1);
  return photo;
}

const Mesh& Photo3D::person_mesh() const {
  return state_->person_mesh;
}
const Mesh& Photo3D::background_mesh() const {
  return state_->background_mesh;
}
const Image& Photo3D::person_texture() const {
  return state_->person_texture;
}
const Image& Photo3D::background_texture() const {
  return state_->background_texture;
}
const Intrinsics& Photo3D::intrinsics() const {
  return state_->space.intrinsics;
}
float Photo3D::focus_metres() const {
  return state_->space.focus_metres;
}

CameraPath Photo3D::camera_path(const CameraPathOptions& options) const {
  CameraPath path = preset_path(options, state_->space);
  if (!options.limit) return path;
  keep_head_in_view(path, state_->space);
  limit_path(path, state_->space);
  return path;
}

CameraPath Photo3D::camera_path(std::span<const CameraKeyframe> keyframes,
                                const CameraPathOptions& options) const {
  CameraPath path = keyframe_path(keyframes, options.frames_per_second);
  if (options.limit) limit_path(path, state_->space);
  return path;
}

void Photo3D::render(const CameraPose& camera, int width, int height, Image& frame,
                     ThreadPool& threads) const {
  if (width < 1 || height < 1)
    throw Error(ErrorCode::invalid_argument, "a frame must have at least one pixel");
  check_pose(camera);
  state_->renderer.render(state_->scene(), camera, width, height, frame, threads);
}

void Photo3D::render(const CameraPath& path, int width, int height, ThreadPool& threads,
                     const std::function<void(const Image& frame)>& sink, const Progress& progress) const {
  Image frame;
  for (std::size_t i = 0; i < path.size(); ++i) {
    progress.at(static_cast<double>(i) / static_cast<double>(path.size()));
    render(path[i], width, height, frame, threads);
    sink(frame);
  }
  progress.at(1);
}

}  // namespace portrait_depth
