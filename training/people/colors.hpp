// Colors of people and cloth, as linear light.
#pragma once

#include "random.hpp"
#include "vectors.hpp"

namespace portrait_depth::people {

/// About linear light of an sRGB color in hue, saturation and value, 0..1 each.
Vec3 from_hsv(float hue, float saturation, float value);

/// A color as of clothes: many grays and blues, few bright ones.
Vec3 cloth_color(Random& random);

/// The Monk scale's tone (1..10, also between) as linear reflectance, a little below the swatch, which is a
/// lit color. Swatches: E. Monk, The Monk Skin Tone Scale, 2019 (skintone.google).
Vec3 monk_tone(float tone);

}  // namespace portrait_depth::people
