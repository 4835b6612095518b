// A GIF in memory, by nothing but the standard library: natively and in the browser. One palette for the
// film, ordered dithering that stands still, only what changes is written, and the compressor may choose
// among colors that are near enough.
#pragma once

#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "film/gif_lzw.hpp"
#include "film/gif_palette.hpp"
#include "portrait_depth/film.hpp"
#include "portrait_depth/image.hpp"

namespace portrait_depth::film {

inline constexpr int kGifPaletteSize = 255;  ///< The 256th index marks unchanged pixels.

/// Differences that save bytes and are hardly visible: distances between colors, of 255 a channel.
struct GifTolerance {
  int drift;  ///< A pixel whose channels changed by no more than this is not drawn again.
  int near;   ///< A color within this distance of the wanted one may be kept or taken to save codes.
};
/// quality: 0 … 1; at 1 both are 0.
GifTolerance gif_tolerance(float quality = kFilmQuality);

struct GifSettings {
  int width = 0, height = 0;
  float frames_per_second = kFramesPerSecond;
  int loops = 0;  ///< How often the film plays, 0 for ever.
  GifTolerance tolerance = gif_tolerance();
};

/// Throws ErrorCode::invalid_argument for a size, rate or number of loops that a GIF cannot have.
void check_gif(const GifSettings& settings);
/// The part of check_gif() that does not need the first frame.
void check_gif_timing(float frames_per_second, int loops);

/// CompuServe, "Graphics Interchange Format, Version 89a", 1990.
class GifEncoder {
 public:
  /// `search` holds the palette of the film's frames, or of some of them. Throws as check_gif does.
  GifEncoder(const GifSettings& settings, PaletteSearch search);

  /// Adds an RGB or RGBA frame; alpha below one half is transparent. Its bytes come with the next one. Throws
  /// ErrorCode::invalid_argument for one of another size.
  void write(ImageView frame);
  /// Ends the file. No frame may follow.
  void finish();
  /// The file's bytes since the last call; size() is their number.
  std::vector<std::uint8_t> take_bytes() { return std::exchange(bytes_, {}); }
  std::size_t size() const { return bytes_.size(); }

 private:
  enum class Freedom : std::uint8_t { any_near, as_shown, transparent };
  struct Pixel {
    std::array<std::uint8_t, 3> wanted;  // with the dithering's offset
    std::uint8_t preferred, shown;       // indices; `shown` is what the frames before left there
    Freedom freedom;
  };
  struct Rectangle {
    int left, top, right, bottom;  // right and bottom are the first outside
    int width() const { return right - left; }
    int height() const { return bottom - top; }
  };

  void write_header();
  void write_chosen(bool clear_after);
  void write_frame_header(const Rectangle& part, bool clear_after);
  int delay() const;
  void choose(ImageView frame);
  Rectangle changed_part(bool clear_after) const;
  bool uncovers(ImageView frame) const;
  Pixel choose_pixel(const std::uint8_t* pixel, int channels, int x, int y, std::size_t place);
  std::uint8_t best_index(const Pixel& pixel);
  int distance(std::uint8_t index, const std::array<std::uint8_t, 3>& color) const;
  int gain(const Pixel& pixel, std::uint8_t index) const;
  void compress(const Rectangle& part);
  void put_word(int value);

  GifSettings settings_;
  PaletteSearch search_;
  bool begins_transparent_ = false;
  int frames_ = 0;
  int most_error_ = 0;  // of a color that is near enough, squared
  LzwDictionary dictionary_;
  std::vector<std::uint8_t> drawn_;  // the color that each pixel had when it was drawn last, RGB
  std::vector<std::uint8_t> shown_;  // the palette's color that each pixel has now
  std::vector<Pixel> pixels_;        // of the frame that is written once the next one is known
  std::vector<std::uint8_t> bytes_;
};

}  // namespace portrait_depth::film
