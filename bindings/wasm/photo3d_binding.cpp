#include <array>
#include <atomic>
#include <cmath>
#include <cstring>
#include <limits>
#include <memory>
#include <vector>

#include "errors.hpp"
#include "photo3d_handle.hpp"
#include "portrait_depth/photo3d.hpp"
#include "portrait_depth_core.h"

extern "C" int pd_progress(float fraction);  // JavaScript's

using namespace portrait_depth;

namespace {

constexpr std::size_t kFloatsPerPose = 10;

// Of a build or a frame; the calling thread counts too.
int thread_count = 1;

Plane<float> copy_plane(const float* values, int width, int height) {
  Plane<float> plane(width, height);
  std::memcpy(plane.values().data(), values, plane.values().size_bytes());
  return plane;
}

// The limits only matter for the API's values, which a 3D photo does not look at.
DepthMap depth_map(const float* metres, const float* mask, const Intrinsics& camera,
                   float head_distance_metres) {
  return DepthMap(copy_plane(metres, camera.width, camera.height),
                  copy_plane(mask, camera.width, camera.height), camera, 0, 1, head_distance_metres);
}

CameraPose pose_from(const float* p) {
  return {{p[0], p[1], p[2]}, {p[3], p[4], p[5]}, {p[6], p[7], p[8]}, p[9]};
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

pd_photo3d* pd_photo3d_build(const uint8_t* rgba, const float* metres, const float* mask, int width,
                             int height, float fx, float fy, float cx, float cy, float head_distance_metres,
                             int background_kind, uint32_t background_color, const uint8_t* picture,
                             int picture_width, int picture_height, float relief, float edge_slope,
                             int max_texture_size) {
  return wasm::guarded([&] {
    Photo3DOptions options;
    options.background.kind = static_cast<Background::Kind>(background_kind);
    for (std::size_t channel = 0; channel < 3; ++channel)
      options.background.color[channel] = static_cast<std::uint8_t>(background_color >> (16 - 8 * channel));
    options.background.picture = ImageView(picture, picture_width, picture_height, 4);
    options.relief = relief;
    options.threads = thread_count;
    if (!std::isnan(edge_slope)) options.edge_slope = edge_slope;
    if (max_texture_size > 0) options.max_texture_size = max_texture_size;

    std::atomic<bool> stop = false;
    Progress progress;
    progress.report = [&](double fraction) { stop = pd_progress(static_cast<float>(fraction)) == 0; };
    progress.stop = &stop;
    const DepthMap depth = depth_map(metres, mask, {fx, fy, cx, cy, width, height}, head_distance_metres);
    return new pd_photo3d(Photo3D::build(ImageView(rgba, width, height, 4), depth, options, progress));
  });
}

void pd_photo3d_destroy(pd_photo3d* photo) {
  delete photo;
}

const uint32_t* pd_photo3d_mesh(pd_photo3d* photo, int background) {
  const Mesh& mesh = background != 0 ? photo->photo.background_mesh() : photo->photo.person_mesh();
  photo->words = {wasm::address(mesh.positions.data()), wasm::address(mesh.texture_coordinates.data()),
                  static_cast<std::uint32_t>(mesh.positions.size()), wasm::address(mesh.indices.data()),
                  static_cast<std::uint32_t>(mesh.indices.size())};
  return photo->words.data();
}

const uint32_t* pd_photo3d_texture(pd_photo3d* photo, int background) {
  return wasm::guarded([&]() -> const uint32_t* {
    const Image& texture =
        background != 0 ? photo->photo.background_texture() : photo->photo.person_texture();
    const Image& rgba = wasm::as_rgba(texture, photo->texture);
    photo->words = {wasm::address(rgba.bytes().data()), static_cast<std::uint32_t>(texture.width()),
                    static_cast<std::uint32_t>(texture.height())};
    return photo->words.data();
  });
}

int pd_photo3d_path(pd_photo3d* photo, const char* preset, float strength, float duration_seconds,
                    float frames_per_second) {
  return wasm::guarded([&] {
    photo->path = photo->photo.camera_path({preset, strength, duration_seconds, frames_per_second});
    const CameraPath& path = photo->path;
    photo->poses.clear();
    photo->poses.reserve(path.size() * kFloatsPerPose);
    for (const CameraPose& pose : path)
      photo->poses.insert(photo->poses.end(),
                          {pose.position.x, pose.position.y, pose.position.z, pose.look_at.x, pose.look_at.y,
                           pose.look_at.z, pose.up.x, pose.up.y, pose.up.z, pose.zoom});
    return static_cast<int>(path.size());
  });
}

const float* pd_photo3d_poses(const pd_photo3d* photo) {
  return photo->poses.data();
}

const uint8_t* pd_photo3d_render(pd_photo3d* photo, const float* pose, int width, int height) {
  return wasm::guarded([&]() -> const uint8_t* {
    ThreadPool threads(thread_count);
    photo->photo.render(pose_from(pose), width, height, photo->frame, threads);
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
