// The usual size and frame rate of films.
#include <array>
#include <optional>

#include "errors.hpp"
#include "portrait_depth/film.hpp"
#include "portrait_depth_core.h"

using namespace portrait_depth;

namespace {

std::optional<int> asked(int side) {
  return side == -1 ? std::nullopt : std::optional(side);
}

}  // namespace

float pd_usual_frames_per_second(const char* format) {
  return wasm::guarded([&] { return usual_frames_per_second(format); });
}

const uint32_t* pd_film_frame_size(int photo_width, int photo_height, const char* format, int width,
                                   int height) {
  static std::array<uint32_t, 2> sides;
  return wasm::guarded([&]() -> const uint32_t* {
    const PixelSize size = film_frame_size({photo_width, photo_height}, format, asked(width), asked(height));
    sides = {static_cast<uint32_t>(size.width), static_cast<uint32_t>(size.height)};
    return sides.data();
  });
}
