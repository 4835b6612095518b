// How large and how fast a film of a photo is where nobody says otherwise.
#pragma once

#include <optional>
#include <string_view>

#include "portrait_depth/camera_path.hpp"
#include "portrait_depth/visibility.hpp"

namespace portrait_depth {

/// The quality of films by default: 0..1, larger is better and bigger.
inline constexpr float kFilmQuality = 0.75f;

/// What is usual for films and scenes of a format, an extension without its dot, lower case; empty: for a
/// camera path alone. A GIF has fewer, for its size grows with them.
PORTRAIT_DEPTH_API float usual_frames_per_second(std::string_view format);

/// Sides in pixels.
struct PixelSize {
  int width = 0, height = 0;
};
/// The smallest and largest side that a film can be asked to have.
inline constexpr int kLeastFrameSide = 2, kMostFrameSide = 16384;

/// The frames of a film of a photo of `photo` pixels. What is asked for, with even sides for webm, mp4 and
/// avif, which hold one color for 2 x 2 pixels. Where one side is asked for, it is rounded down to even, and
/// the other one follows from the photo's shape, even too. Without both, what is usual for the format: GIF
/// and WebP a longer side of 480, others a height of 720, never more than the photo has. `format` as above.
/// Throws ErrorCode::invalid_argument for an empty photo and for sides beyond kLeastFrameSide and
/// kMostFrameSide.
PORTRAIT_DEPTH_API PixelSize film_frame_size(PixelSize photo, std::string_view format,
                                             std::optional<int> width = {}, std::optional<int> height = {});

}  // namespace portrait_depth
