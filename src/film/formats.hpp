// The table of film formats: a row holds a format's rules; its writer (io) turns frames into a file.
#pragma once

#include <string>
#include <string_view>

#include "portrait_depth/film.hpp"

namespace portrait_depth::film {

/// Adds a row. Throws ErrorCode::invalid_argument for an extension that is known, empty or not lower case,
/// and for a row without a codec. Not thread-safe.
void add_format(FilmFormat format);

/// "gif, webm, mp4, webp, avif or png".
std::string listed_formats();

/// The error of an RGBA frame for a codec without alpha: "av1 films have no transparency; take gif, webm
/// (vp9), webp or png", with all formats that have it.
std::string no_transparency_message(const FilmFormat& format, const FilmCodec& codec);

}  // namespace portrait_depth::film
