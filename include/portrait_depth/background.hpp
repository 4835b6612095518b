// The background of a 3D photo.
#pragma once

#include <array>
#include <cstdint>

#include "portrait_depth/image.hpp"

namespace portrait_depth {

/// The plane behind the person.
struct Background {
  enum class Kind {
    fill,         ///< The photo's own, inpainted behind the person.
    blur,         ///< The same, out of focus.
    color,        ///< One sRGB color.
    picture,      ///< Another picture, cropped to the photo's shape.
    transparent,  ///< None; frames have alpha.
  };
  Kind kind = Kind::fill;
  std::array<std::uint8_t, 3> color = {0, 0, 0};  ///< sRGB, of kind `color`.
  ImageView picture = {};                         ///< Of kind `picture`; used during Photo3D::build only.
};

}  // namespace portrait_depth
