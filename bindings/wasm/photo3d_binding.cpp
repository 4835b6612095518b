#include <array>
#include <atomic>
#include <cmath>
#include <cstring>
#include <memory>
#include <vector>

#include "errors.hpp"
#include "photo3d_handle.hpp"
#include "portrait_depth/photo3d.hpp"
#include "portrait_depth_core.h"

extern "C" int pd_progress(float fraction);  // implemented in JavaScript

using namespace portrait_depth;

namespace {

// Threads of a build or a frame, with the calling one.
int thread_count = 1;

CameraPose pose_from(const pd_pose& p) {
  return {{p.position_x, p.position_y, p.position_z},
          {p.look_at_x, p.look_at_y, p.look_at_z},
          {p.up_x, p.up_y, p.up_z},
          p.zoom};
}

pd_pose pose_for_javascript(const CameraPose& pose) {
  return {.position_x = pose.position.x,
          .position_y = pose.position.y,
          .position_z = pose.position.z,
          .look_at_x = pose.look_at.x,
          .look_at_y = pose.look_at.y,
          .look_at_z = pose.look_at.z,
          .up_x = pose.up.x,
          .up_y = pose.up.y,
          .up_z = pose.up.z,
          .zoom = pose.zoom};
}

Photo3DOptions options_from(const pd_photo3d_options& o) {
  Photo3DOptions options;
  options.background.kind = static_cast<Background::Kind>(o.background_kind);
  for (std::size_t channel = 0; channel < 3; ++channel)
    options.background.color[channel] = static_cast<std::uint8_t>(o.background_color >> (16 - 8 * channel));
  options.background.picture = ImageView(o.picture, o.picture_width, o.picture_height, 4);
  options.relief = o.relief;
  options.threads = thread_count;
  if (!std::isnan(o.edge_slope)) options.edge_slope = o.edge_slope;
  if (o.max_texture_size > 0) options.max_texture_size = o.max_texture_size;
  return options;
}

}  // namespace

void pd_set_threads(int threads) {
  thread_count = threads;
}

const Image& wasm::as_rgba(const Image& image, Image& storage) {
  if (image.channels() == 4) return image;
  storage.resize(image.width(), image.height(), 4);
  const std::uint8_t* from = image.bytes().data();
  std::uint8_t* to = storage.bytes().data();
  for (std::size_t pixels = storage.bytes().size() / 4; pixels > 0; --pixels, from += 3, to += 4) {
    std::memcpy(to, from, 3);
    to[3] = 255;
  }
  return storage;
}

pd_photo3d* pd_photo3d_build(const uint8_t* rgba, const pd_depth_map* map,
                             const pd_photo3d_options* options) {
  return wasm::guarded([&] {
    std::atomic<bool> stop = false;
    Progress progress;
    progress.report = [&](double fraction) { stop = pd_progress(static_cast<float>(fraction)) == 0; };
    progress.stop = &stop;
    const Intrinsics camera = {map->fx, map->fy, map->cx, map->cy, map->width, map->height};
    return new pd_photo3d(Photo3D::build(ImageView(rgba, map->width, map->height, 4),
                                         {map->metres, map->width, map->height},
                                         {map->mask, map->width, map->height}, camera,
                                         map->head_distance_metres, options_from(*options), progress));
  });
}

void pd_photo3d_destroy(pd_photo3d* photo) {
  delete photo;
}

const pd_mesh* pd_photo3d_mesh(pd_photo3d* photo, int background) {
  const Mesh& mesh = background != 0 ? photo->photo.background_mesh() : photo->photo.person_mesh();
  static_assert(sizeof(mesh.positions[0]) == 3 * sizeof(float));
  static_assert(sizeof(mesh.texture_coordinates[0]) == 2 * sizeof(float));
  photo->mesh_result = {
      .positions = reinterpret_cast<const float*>(mesh.positions.data()),
      .texture_coordinates = reinterpret_cast<const float*>(mesh.texture_coordinates.data()),
      .vertex_count = static_cast<std::uint32_t>(mesh.positions.size()),
      .indices = mesh.indices.data(),
      .index_count = static_cast<std::uint32_t>(mesh.indices.size())};
  return &photo->mesh_result;
}

const pd_texture* pd_photo3d_texture(pd_photo3d* photo, int background) {
  return wasm::guarded([&] {
    const Image& texture =
        background != 0 ? photo->photo.background_texture() : photo->photo.person_texture();
    return photo->describe(wasm::as_rgba(texture, photo->texture));
  });
}

int pd_photo3d_path(pd_photo3d* photo, const char* preset, float strength, float duration_seconds,
                    float frames_per_second) {
  return wasm::guarded([&] {
    photo->path = photo->photo.camera_path({preset, strength, duration_seconds, frames_per_second});
    const CameraPath& path = photo->path;
    photo->poses.clear();
    for (const CameraPose& pose : path) photo->poses.push_back(pose_for_javascript(pose));
    return static_cast<int>(path.size());
  });
}

const pd_pose* pd_photo3d_poses(const pd_photo3d* photo) {
  return photo->poses.data();
}

const pd_pose* pd_photo3d_limit(pd_photo3d* photo, const pd_pose* poses, int count) {
  return wasm::guarded([&]() -> const pd_pose* {
    // A path of one frame a second at these key frames consists of the poses themselves. A path ends before
    // its last key frame.
    std::vector<CameraKeyframe> keyframes;
    for (int i = 0; i < count; ++i)
      keyframes.push_back({static_cast<float>(i), pose_from(poses[i]), Easing::linear});
    if (count > 0) keyframes.push_back({static_cast<float>(count), pose_from(poses[count - 1])});
    photo->limited_poses.clear();
    for (const CameraPose& pose : photo->photo.camera_path(keyframes, {.frames_per_second = 1}))
      photo->limited_poses.push_back(pose_for_javascript(pose));
    return photo->limited_poses.data();
  });
}

const uint8_t* pd_photo3d_render(pd_photo3d* photo, const pd_pose* pose, int width, int height) {
  return wasm::guarded([&]() -> const uint8_t* {
    ThreadPool threads(thread_count);
    photo->photo.render(pose_from(*pose), width, height, photo->frame, threads);
    return wasm::as_rgba(photo->frame, photo->opaque_frame).bytes().data();
  });
}

namespace {

const std::vector<CameraPreset>& presets() {
  static const std::vector<CameraPreset> all = camera_presets();
  return all;
}

}  // namespace

int pd_preset_count() {
  return static_cast<int>(presets().size());
}
const char* pd_preset_name(int index) {
  return presets()[static_cast<std::size_t>(index)].name.c_str();
}
const char* pd_preset_description(int index) {
  return presets()[static_cast<std::size_t>(index)].description.c_str();
}
