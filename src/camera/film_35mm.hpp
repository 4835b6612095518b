// The film of focal lengths "in 35 mm": EXIF's FocalLengthIn35mmFilm (CIPA DC-008,
// "Exif 2.32").
#pragma once

namespace portrait_depth {

/// The diagonal of its frame, 36 x 24 mm.
inline constexpr float kFilmDiagonalMillimetres = 43.2666f;

}  // namespace portrait_depth
