// Lights a drawn person simply: key, fill and rim light, ambient, skin that bleeds red, highlights.
#pragma once

#include <array>
#include <span>

#include "light.hpp"
#include "render.hpp"

namespace portrait_depth::people {

struct StudioLight {
  Vec3 direction{};  ///< Unit, toward the light, camera space.
  Vec3 color{};      ///< Linear.
  float spread = 0;  ///< Half size of the light as an angle, radians: how soft its shadow is.
};

struct Studio {
  std::array<StudioLight, kKeyLights> lights{};  ///< Key, fill, rim.
  Vec3 sky{}, ground{};                          ///< Ambient light from above and below.
  Vec3 up{0, -1, 0};                             ///< Unit, camera space.
};

Studio choose_studio(Random random);

/// One of several pictures of one person.
struct ShadedView {
  CameraPlacement placement{};
  Intrinsics camera{};
  PixelBuffer pixels{};
  Plane<Vec3> light{};  ///< Linear, what the camera sees; not multiplied by alpha, nor by the exposure.
};

/// Lights what is drawn in the views' `pixels`, with soft-edged shadows and occlusion, and fills their
/// `light`. The studio is in the first view's camera space.
void shade(const Scene& scene, const Studio& studio, Random random, std::span<ShadedView> views);

/// What a photographer multiplies a portrait's light by: opens up for dark skin and clothes and closes down
/// for light ones, but not all the way.
float exposure_of(const PixelBuffer& pixels, const Plane<Vec3>& light);

/// Filmic curve and sRGB encoding of a linear value.
std::uint8_t developed(float value);
/// The least light that is developed to at least `value`.
float light_of_developed(std::uint8_t value);

}  // namespace portrait_depth::people
