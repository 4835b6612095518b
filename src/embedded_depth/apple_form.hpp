// A photo with disparity and the person's matte, as Apple's cameras store them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "io/picture_encoder.hpp"
#include "portrait_depth/camera.hpp"

namespace portrait_depth::io {

struct ApplePhoto {
  Pixels photo;               ///< sRGB, 8 bits.
  Pixels disparity;           ///< Gray, 8 bits: 0 is `least`, 255 `most`.
  float least = 0, most = 0;  ///< 1/metres.
  Pixels matte;               ///< Gray, 8 bits: 255 is the person.
  Intrinsics intrinsics;      ///< For the photo's size.
  std::string exif;           ///< As capture_exif() returns it; empty: none.
};

/// A JPEG, the other pictures behind it by a Multi-Picture index. Errors begin with `path`.
std::vector<std::uint8_t> apple_jpeg(const ApplePhoto& parts, const std::filesystem::path& path);
/// A HEIC with auxiliary pictures. Errors: see encode_heic_picture().
std::vector<std::uint8_t> apple_heic(const ApplePhoto& parts, const std::filesystem::path& path);

}  // namespace portrait_depth::io
