// Lights a drawn person simply: key, fill and rim light, ambient, skin that bleeds red, highlights.
#pragma once

#include <array>

#include "light.hpp"
#include "render.hpp"

namespace portrait_depth::people {

struct StudioLight {
  Vec3 direction{};  ///< Unit, towards the light, camera space.
  Vec3 colour{};     ///< Linear.
  float spread = 0;  ///< Half size of the light as an angle, radians: how soft its shadow is.
};

struct Studio {
  std::array<StudioLight, kKeyLights> lights{};  ///< Key, fill, rim.
  Vec3 sky{}, ground{};                          ///< Ambient light from above and below.
};

Studio choose_studio(Random random);

/// Draws and lights `pixels`' shadows and occlusion with soft edges, then returns what the camera sees:
/// linear light, not multiplied by alpha.
void shade(const Scene& scene, const CameraPlacement& placement, const Intrinsics& camera,
           const Studio& studio, Random random, PixelBuffer& pixels, Plane<Vec3>& out);

/// Filmic curve and sRGB encoding of a linear value.
std::uint8_t developed(float value);

}  // namespace portrait_depth::people
