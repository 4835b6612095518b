// What a pd_photo3d is.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "portrait_depth/image.hpp"
#include "portrait_depth/photo3d.hpp"

namespace portrait_depth::wasm {

inline std::uint32_t address(const void* pointer) {
  return static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(pointer));
}

/// The image itself, or a copy of it in `storage`: JavaScript knows pictures with four channels only.
const Image& as_rgba(const Image& image, Image& storage);

}  // namespace portrait_depth::wasm

struct pd_photo3d {
  explicit pd_photo3d(portrait_depth::Photo3D built) : photo(std::move(built)) {}

  portrait_depth::Photo3D photo;
  portrait_depth::Image frame, opaque_frame, texture;
  portrait_depth::CameraPath path;
  std::vector<float> poses;
  std::vector<std::uint8_t> file;
  std::array<std::uint32_t, 5> words = {};
};
