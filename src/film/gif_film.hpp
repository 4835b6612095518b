// A GIF film within its size budget: frames in, the file's bytes out. The command, Python and the browser
// use it, so that the same frames give the same bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "film/gif_encoder.hpp"
#include "film/gif_palette.hpp"
#include "portrait_depth/film.hpp"
#include "portrait_depth/image.hpp"

namespace portrait_depth::film {

struct GifFilmSettings {
  float frames_per_second = kFramesPerSecond;
  int loops = 0;                 ///< The number of times that the film plays; 0 plays it forever.
  float quality = kFilmQuality;  ///< 0..1; at 1 the size has no limit.
};

/// The first frames wait until the film ends or has kLookAheadPixels, usually the whole film. They determine
/// the palette, and are encoded again with more tolerance until they fit the size budget. Later frames are
/// encoded at once. The encoding runs in steps of a frame, so that a page can show progress and stop.
class GifFilm {
 public:
  /// About 160 MB of RGB.
  static constexpr std::int64_t kLookAheadPixels = 53'333'334;

  /// Throws ErrorCode::invalid_argument for a frame rate or a number of loops outside GIF's range.
  explicit GifFilm(const GifFilmSettings& settings);

  /// Copies an RGB or RGBA frame; alpha below one half is transparent. Throws ErrorCode::invalid_argument for
  /// a frame of another size than the first one's, and after end().
  void write(ImageView frame);
  /// Ends the film: no frame follows. Throws ErrorCode::invalid_argument for a film without frames.
  void end();
  /// Encodes one waiting frame if the encoding is due; returns true while frames of it remain.
  bool encode_step();
  /// The finished share of the waiting frames' encoding, 0..1. The number of attempts is unknown, so each
  /// attempt counts half of the rest.
  double encoded_share() const;
  /// The file's bytes since the last call; empty while encode_step() returns true.
  std::vector<std::uint8_t> take_bytes();

 private:
  void start_attempt();
  double excess() const;

  GifFilmSettings settings_;
  GifTolerance tolerance_;
  PaletteBuilder colors_;
  std::optional<PaletteSearch> palette_;
  std::vector<Image> waiting_;
  std::optional<GifEncoder> encoder_;
  std::size_t encoded_ = 0;  // of the waiting frames, in this attempt
  int attempts_ = 0;
  bool is_due_ = false, has_ended_ = false;
};

}  // namespace portrait_depth::film
