// The background of a 3D photo.
#pragma once

#include <array>
#include <cstdint>

#include "portrait_depth/image.hpp"

namespace portrait_depth {

/// What stands behind the person.
struct Background {
  enum class Kind {
    fill,         ///< The photo's own, the person's place filled in.
    blur,         ///< The same, out of focus.
    color,        ///< One sRGB color.
    picture,      ///< Another picture, cropped to the photo's shape.
    transparent,  ///< None: frames have alpha.
  };
  Kind kind = Kind::fill;
  std::array<std::uint8_t, 3> color = {0, 0, 0};
  ImageView picture = {};
};

}  // namespace portrait_depth
