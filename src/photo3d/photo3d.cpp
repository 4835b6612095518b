#include "portrait_depth/photo3d.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "camera/intrinsics.hpp"
#include "camera/pose.hpp"
#include "depth/person_values.hpp"
#include "image/resize.hpp"
#include "inpainting/patch_match.hpp"
#include "matting/foreground_colors.hpp"
#include "matting/matte.hpp"
#include "matting/missed_parts.hpp"
#include "photo3d/background.hpp"
#include "photo3d/camera_paths.hpp"
#include "photo3d/depth_mesh.hpp"
#include "photo3d/original.hpp"
#include "render/linear_texture.hpp"
#include "render/renderer.hpp"
#include "render/view.hpp"

namespace portrait_depth {
namespace {

// The background stands this much farther away than the head, and than the person's farthest parts.
constexpr float kBehindHead = 1.5f, kBehindPerson = 1.1f;

struct Input {
  Image image;  // RGB, only where the photo had to be resized
  ImageView photo;
  Plane<float> metres, alpha;
  Intrinsics intrinsics;
};

void check_distance(std::optional<float> metres, const char* name) {
  if (metres && !(*metres > 0 && *metres <= kFarthestMetres))
    throw Error(ErrorCode::invalid_argument,
                std::string(name) + " of a 3D photo must be above 0 and at most 1000000");
}

void check(ImageView image, PlaneView<const float> metres, PlaneView<const float> mask,
           const Intrinsics& intrinsics, const Photo3DOptions& options) {
  if (image.empty())
    throw Error(ErrorCode::invalid_argument, "a 3D photo needs a photo of at least one pixel");
  const auto differs = [&](PlaneView<const float> plane) {
    return plane.width() != image.width() || plane.height() != image.height();
  };
  if (differs(metres) || differs(mask))
    throw Error(ErrorCode::invalid_argument, "a 3D photo's depth and mask must have the photo's size");
  if (options.max_texture_size < 1 || !(options.edge_slope > 0))
    throw Error(ErrorCode::invalid_argument, "max_texture_size and edge_slope of a 3D photo must be above 0");
  if (options.grid_step < 0)
    throw Error(ErrorCode::invalid_argument, "the grid_step of a 3D photo must be 0 or more");
  if (!std::isfinite(options.relief) || options.relief < 0)
    throw Error(ErrorCode::invalid_argument, "the relief of a 3D photo must be 0 or more");
  check_intrinsics(intrinsics);
  if (intrinsics.width != image.width() || intrinsics.height != image.height())
    throw Error(ErrorCode::invalid_argument, "a 3D photo's intrinsics are of a picture of another size");
  check_distance(options.background_metres, "background_metres");
  check_distance(options.focus_metres, "focus_metres");
}

Input prepare(ImageView image, PlaneView<const float> metres, PlaneView<const float> mask,
              const Intrinsics& intrinsics, const Photo3DOptions& options, ThreadPool& threads) {
  Input input;
  const int longer = std::max(image.width(), image.height());
  const int most = std::min(options.max_texture_size, kLargestFill);
  const float scale = std::min(1.0f, static_cast<float>(most) / static_cast<float>(longer));
  const auto scaled = [scale](int size) {
    return std::max(1, static_cast<int>(std::lround(scale * static_cast<float>(size))));
  };
  const int width = scaled(image.width()), height = scaled(image.height());
  input.photo = image;
  if (width != image.width() || height != image.height()) {
    input.image = resize_picture(image, width, height, threads);
    input.photo = input.image;
  }
  input.metres = resize_plane(metres, width, height, threads);
  input.alpha = resize_plane(mask, width, height, threads);
  input.intrinsics = intrinsics.scaled_to(width, height);
  if (options.scene == SceneKind::cut) {
    add_missed_parts(input.photo, input.alpha, threads);
    clean_matte(input.alpha);
  }
  return input;
}

// The photo as it is, RGB or opaque RGBA.
Image with_channels(ImageView photo, int channels) {
  Image copy(photo.width(), photo.height(), channels);
  for (int y = 0; y < photo.height(); ++y)
    for (int x = 0; x < photo.width(); ++x) {
      std::copy_n(photo.pixel(x, y), 3, copy.pixel(x, y));
      if (channels == 4) copy.pixel(x, y)[3] = 255;
    }
  return copy;
}

int grid_step(const Input& input, const Photo3DOptions& options) {
  const int width = input.alpha.width(), height = input.alpha.height();
  if (options.grid_step == 0) return usual_grid_step(width, height);
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

// Where the person reaches the photo's borders: what the camera must not look past.
std::array<std::vector<Vec3>, 4> find_border_points(const Mesh& mesh, PlaneView<const float> alpha,
                                                    const Intrinsics& camera) {
  constexpr float kAtBorder = 1e-4f;
  std::array<std::vector<Vec3>, 4> points;
  const auto visible = [&](float u, float v) {
    const auto pixel_at = [](float at, int size) {
      return static_cast<int>(std::clamp(at * static_cast<float>(size), 0.0f, static_cast<float>(size - 1)));
    };
    return alpha(pixel_at(u, alpha.width()), pixel_at(v, alpha.height())) > 0.05f;
  };
  for (const Vec3& point : mesh.positions) {
    if (!(point.z > 0)) continue;  // a relief above 1 can bring parts to the camera and behind it
    // By where it stands, not by its texture: hidden vertices wear the texture mirrored at the depth edge.
    const float u = (camera.fx * point.x / point.z + camera.cx) / static_cast<float>(camera.width);
    const float v = (camera.fy * point.y / point.z + camera.cy) / static_cast<float>(camera.height);
    if (u > kAtBorder && u < 1 - kAtBorder && v > kAtBorder && v < 1 - kAtBorder) continue;
    if (!visible(u, v)) continue;
    if (u <= kAtBorder) points[0].push_back(point);
    if (u >= 1 - kAtBorder) points[1].push_back(point);
    if (v <= kAtBorder) points[2].push_back(point);
    if (v >= 1 - kAtBorder) points[3].push_back(point);
  }
  return points;
}

}  // namespace

struct Photo3D::State {
  Mesh person_mesh, background_mesh;
  std::vector<std::uint32_t> person_seams;
  Image person_texture, background_texture;
  LinearTexture person_light, background_light;
  PathSpace space;
  float background_metres = 2;
  Renderer renderer;  // its buffers are kept from frame to frame

  void make_cut(const Input& input, float head_metres, const Photo3DOptions& options, ThreadPool& threads,
                const Progress& progress);
  void make_original(const Input& input, float head_metres, ThreadPool& threads);

  Scene scene() const {
    return {&person_mesh,      &person_seams,      &person_light,   &background_light,
            background_metres, space.focus_metres, space.intrinsics};
  }
};

void Photo3D::State::make_cut(const Input& input, float head_metres, const Photo3DOptions& options,
                              ThreadPool& threads, const Progress& progress) {
  DepthMesh person =
      make_depth_mesh(input.metres, input.alpha, input.intrinsics,
                      {grid_step(input, options), options.edge_slope, options.relief, head_metres}, threads);
  person_mesh = std::move(person.mesh);
  person_seams = std::move(person.seam_indices);
  progress.at(0.25);
  person_texture = separate_foreground(input.photo, input.alpha);
  person_light = make_linear_texture(person_texture, threads);
  progress.at(0.4);
  const Progress filling{[&](double fraction) { progress.at(0.4 + 0.5 * fraction); }, progress.stop};
  background_texture = make_background(input.photo, input.alpha, options.background, threads, filling);
  background_light = make_linear_texture(background_texture, threads);
  background_metres = options.background_metres.value_or(
      std::max(head_metres * kBehindHead, farthest_metres(person_mesh) * kBehindPerson));
  space.background_metres = 0;
  if (!background_texture.empty()) {
    background_mesh = make_plane(input.intrinsics, background_metres);
    const bool endless = options.background.kind == Background::Kind::color;
    if (!endless) space.background_metres = background_metres;
  }
  space.border_points = find_border_points(person_mesh, input.alpha, input.intrinsics);
}

void Photo3D::State::make_original(const Input& input, float head_metres, ThreadPool& threads) {
  OriginalScene original = make_original_scene(input.metres, input.alpha, head_metres, space.focus_metres);
  person_mesh = std::move(original.person);
  space.intrinsics = original.intrinsics;
  space.background_metres = background_metres = original.background_metres;
  background_mesh = make_plane(original.intrinsics, background_metres);
  background_texture = with_channels(input.photo, 3);
  background_light = make_linear_texture(background_texture, threads);
  person_texture = with_channels(input.photo, 4);
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
  check(image, metres, mask, intrinsics, options);
  progress.at(0);
  ThreadPool threads(options.threads);
  const Input input = prepare(image, metres, mask, intrinsics, options, threads);
  Photo3D photo;
  State& s = *photo.state_;
  const bool is_known = head_distance_metres > 0 && std::isfinite(head_distance_metres);
  const float head = std::min(
      is_known ? head_distance_metres : person_median(input.metres, input.alpha, 1.0f), kFarthestMetres);
  s.space.intrinsics = input.intrinsics;
  s.space.focus_metres = options.focus_metres.value_or(head);
  progress.at(0.05);
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
  if (options.limit) limit_path(path, state_->space);
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
  if (width < 1 || height < 1) throw Error(ErrorCode::invalid_argument, "a frame has at least one pixel");
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
