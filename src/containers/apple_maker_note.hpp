// Apple's maker note in EXIF, as far as it is used: the phone's gravity.
#pragma once

#include <array>
#include <optional>

#include "containers/byte_reader.hpp"

namespace portrait_depth::io {

/// The content of MakerNote in an EXIF block, with or without the leading "Exif"; empty: none, or damaged.
ByteSpan maker_note(ByteSpan exif);

/// AccelerationVector of Apple's maker note, in units of g: x to the right side of the screen, y to its top,
/// z out of it. std::nullopt for a note of another maker, a damaged one and one without that vector.
std::optional<std::array<float, 3>> apple_gravity(ByteSpan note);

}  // namespace portrait_depth::io
