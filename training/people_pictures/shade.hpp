// Simple studio light on a drawn person: key, fill and rim light, ambient light, skin with red terminators,
// highlights.
#pragma once

#include <array>
#include <span>

#include "light.hpp"
#include "render.hpp"

namespace portrait_depth::people {

struct StudioLight {
  Vec3 direction{};  ///< Unit, toward the light, camera space.
  Vec3 color{};      ///< Linear.
  float spread = 0;  ///< Half size of the light as an angle, radians; large ones have soft shadows.
};

struct Studio {
  std::array<StudioLight, kKeyLights> lights{};  ///< Key, fill, rim.
  Vec3 sky{}, ground{};                          ///< Ambient light from above and below.
  Vec3 up{0, -1, 0};                             ///< Unit, camera space.
  int shadow_rounds = 8;                         ///< Places of the lamps for soft shadows.
  /// Distance that red light travels in skin, metres; green and blue light travel less. 0: none does.
  float skin_scattering = 0;
};

Studio choose_studio(Random random);
/// Large soft lamps near the camera, as for a passport or a magazine.
Studio soft_studio(Random random);

/// One of several pictures of one person.
struct ShadedView {
  CameraPlacement placement{};
  Intrinsics camera{};
  PixelBuffer pixels{};
  Plane<Vec3> light{};  ///< Linear light at the camera, before alpha and exposure.
};

/// Lights the drawn `pixels` of the views, with soft-edged shadows and occlusion, and fills their
/// `light`. The studio is in the first view's camera space.
void shade(const Scene& scene, const Studio& studio, Random random, std::span<ShadedView> views);

/// The gain of a photographer's exposure: more for dark skin and clothes, less for light ones, a part of the
/// way to an equal mean.
float exposure_of(const PixelBuffer& pixels, const Plane<Vec3>& light);

/// Filmic curve and sRGB encoding of a linear value.
std::uint8_t developed(float value);
/// The least light whose development is at least `value`.
float light_of_developed(std::uint8_t value);

}  // namespace portrait_depth::people
