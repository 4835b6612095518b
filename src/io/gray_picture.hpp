// A picture of one value a pixel: depth, disparity, a matte.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "portrait_depth/image.hpp"

namespace portrait_depth::io {

inline constexpr std::int64_t kMostGrayPixels = 64'000'000;

/// Throws ErrorCode::too_large over kMostGrayPixels. The error begins with `name`.
void check_gray_size(std::int64_t width, std::int64_t height, const std::string& name);

/// The first channel of a JPEG, PNG, … in memory, as stored (not turned), 0..1. Throws unreadable, too_large.
Plane<float> decode_gray(std::span<const std::uint8_t> bytes, const std::string& name);

/// A plane turned upright for EXIF's orientation 1..8.
Plane<float> made_upright(Plane<float> plane, int orientation);

}  // namespace portrait_depth::io
