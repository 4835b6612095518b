// Decoding a picture of one value a pixel.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "depth_parts/gray_plane.hpp"

namespace portrait_depth::io {

/// The first channel of a JPEG, PNG, … in memory, as stored (not turned), 0..1. Throws unreadable, too_large.
Plane<float> decode_gray(std::span<const std::uint8_t> bytes, const std::string& name, GrayBudget& budget);

}  // namespace portrait_depth::io
