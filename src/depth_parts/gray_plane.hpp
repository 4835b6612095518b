// A picture of one value a pixel: depth, disparity, a matte.
#pragma once

#include <cstdint>
#include <string>

#include "portrait_depth/image.hpp"

namespace portrait_depth::io {

inline constexpr std::int64_t kMostGrayPixels = 32'000'000;

/// The pixels that one photo's depth and mattes may have together.
class GrayBudget {
 public:
  /// Takes a picture's pixels before it is decoded. Throws ErrorCode::too_large; The error begins with
  /// `name`.
  void take(std::int64_t width, std::int64_t height, const std::string& name);

 private:
  std::int64_t pixels_ = kMostGrayPixels;
};

/// A plane turned upright for EXIF's orientation 1..8.
Plane<float> made_upright(Plane<float> plane, int orientation);

}  // namespace portrait_depth::io
