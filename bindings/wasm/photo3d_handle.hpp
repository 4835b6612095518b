// The 3D photo behind a pd_photo3d, and the memory of its results.
#pragma once

#include <cstdint>
#include <vector>

#include "portrait_depth/image.hpp"
#include "portrait_depth/photo3d.hpp"
#include "portrait_depth_core.h"

namespace portrait_depth::wasm {

/// The image itself, or a copy of it in `storage`: pictures for JavaScript have four channels.
const Image& as_rgba(const Image& image, Image& storage);

}  // namespace portrait_depth::wasm

struct pd_photo3d {
  explicit pd_photo3d(portrait_depth::Photo3D built) : photo(std::move(built)) {}

  portrait_depth::Photo3D photo;
  portrait_depth::Image frame, opaque_frame, texture;
  portrait_depth::CameraPath path;
  std::vector<pd_pose> poses, limited_poses;
  std::vector<std::uint8_t> file;
  pd_mesh mesh_result = {};
  pd_texture texture_result = {};

  /// The description of an RGBA picture of this 3D photo.
  const pd_texture* describe(const portrait_depth::Image& rgba) {
    texture_result = {.pixels = rgba.bytes().data(),
                      .width = static_cast<std::uint32_t>(rgba.width()),
                      .height = static_cast<std::uint32_t>(rgba.height())};
    return &texture_result;
  }
};
