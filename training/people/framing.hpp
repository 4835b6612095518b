// The photo's frame, and in it the network's window by the product's crop rule.
#pragma once

#include <optional>

#include "render.hpp"
#include "scene.hpp"
#include "shot.hpp"

namespace portrait_depth::people {

struct Framing {
  CameraPlacement placement{};
  Intrinsics window{};  ///< Of the window.
  Box photo{};          ///< The photo's frame, in pixels of the window; the record is empty outside it.
};

/// Places the shot's camera, finds the visible person's box in the photo, and crops around it. std::nullopt
/// if the person covers too little of the photo.
std::optional<Framing> frame_shot(const Scene& scene, Vec3 eyes, Vec3 camera_position, const Shot& shot,
                                  int window_width, int window_height);

}  // namespace portrait_depth::people
