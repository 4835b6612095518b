// Film formats, one row each. The command, Python and the browser read these rows: a film's usual size and
// frame rate, its codecs, and which options it takes.
#pragma once

#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "portrait_depth/camera_path.hpp"
#include "portrait_depth/visibility.hpp"

namespace portrait_depth {

/// The quality of films by default: 0..1, larger is better and bigger.
inline constexpr float kFilmQuality = 0.75f;

enum class FilmKind {
  film,    ///< One file holds all frames.
  frames,  ///< One picture file a frame.
};

struct FilmCodec {
  std::string name;         ///< The value of VideoOptions::codec.
  std::string description;  ///< For lists: "AV1".
  bool has_alpha = false;   ///< Keeps the alpha of RGBA frames; GIF keeps it on or off.
};

/// One film format. register_film_format() (io.hpp) adds a row and its writer.
struct FilmFormat {
  std::string extension;    ///< Lower case, without its dot.
  std::string description;  ///< One line for lists, with the first codec.
  FilmKind kind = FilmKind::film;
  /// At least one; the first is the default. VideoOptions::codec chooses among several.
  std::vector<FilmCodec> codecs;
  bool has_even_sides = false;  ///< The format stores one color for 2 x 2 pixels.
  bool has_loops = false;       ///< The file stores the number of times that it plays.
  bool has_quality = true;      ///< VideoOptions::quality changes the file.
  int usual_height = 720;       ///< In pixels, never above the photo's.
  int usual_longer_side = 0;    ///< In pixels, instead of usual_height if above 0.
  float usual_frames_per_second = kFramesPerSecond;
  float largest_frames_per_second = std::numeric_limits<float>::infinity();
};

/// All rows: first the project's, then the registered ones.
PORTRAIT_DEPTH_API std::vector<FilmFormat> film_formats();
/// True if a row has this extension.
PORTRAIT_DEPTH_API bool is_film_format(std::string_view extension);
/// The row of an extension; valid as long as the program runs. Throws ErrorCode::unsupported for another
/// extension and lists the known ones.
PORTRAIT_DEPTH_API const FilmFormat& film_format(std::string_view extension);
/// The codec of this name, or the first one for an empty name. Throws ErrorCode::unsupported for a name that
/// the row does not list, and for any name if the row has only one codec.
PORTRAIT_DEPTH_API const FilmCodec& film_codec(const FilmFormat& format, std::string_view name);

/// The usual frame rate of a film format; an empty format means a camera path without a file. Throws as
/// film_format() does.
PORTRAIT_DEPTH_API float usual_frames_per_second(std::string_view format);

/// Sides in pixels.
struct PixelSize {
  int width = 0, height = 0;
};
/// The smallest and the largest side of a film's frames.
inline constexpr int kLeastFrameSide = 2, kMostFrameSide = 16384;

/// The size of a film's frames, for a photo of `photo` pixels. Two given sides are taken, rounded down to
/// even if the format stores one color for 2 x 2 pixels. One given side is rounded down to even, and the
/// other one follows from the photo's shape, even too. Without a given side the size is the format's usual
/// one, never larger than the photo. An empty format means frames without a film file. Throws
/// ErrorCode::invalid_argument for an empty photo and for sides beyond kLeastFrameSide and kMostFrameSide,
/// and as film_format() does.
PORTRAIT_DEPTH_API PixelSize film_frame_size(PixelSize photo, std::string_view format,
                                             std::optional<int> width = {}, std::optional<int> height = {});

}  // namespace portrait_depth
