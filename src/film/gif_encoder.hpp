// A GIF encoder in memory. It depends on the standard library only, and also runs in the browser. The film
// has one palette and ordered dithering that is fixed in place. A frame stores the changed pixels only. The
// compressor chooses among sufficiently similar colors.
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

/// Color differences that save bytes and are hardly visible; a channel has the values 0..255.
struct GifTolerance {
  int drift;  ///< A pixel is drawn again if a channel changed by more than this.
  int near;   ///< The compressor may use colors within this distance of the wanted one.
};
/// `quality` is 0..1; at 1 both are 0.
GifTolerance gif_tolerance(float quality = kFilmQuality);

struct GifSettings {
  int width = 0, height = 0;
  float frames_per_second = kFramesPerSecond;
  int loops = 0;  ///< The number of times that the film plays; 0 plays it forever.
  GifTolerance tolerance = gif_tolerance();
};

/// Throws ErrorCode::invalid_argument for a size, rate or number of loops outside GIF's range.
void check_gif(const GifSettings& settings);
/// The part of check_gif() that does not need the size.
void check_gif_timing(float frames_per_second, int loops);

/// CompuServe, "Graphics Interchange Format, Version 89a", 1990.
class GifEncoder {
 public:
  /// `search` holds the palette of the film's frames, or of some of them. Throws as check_gif does.
  GifEncoder(const GifSettings& settings, PaletteSearch search);

  /// Adds an RGB or RGBA frame; alpha below one half is transparent. The frame's bytes are written with the
  /// next frame. Throws ErrorCode::invalid_argument for a frame of another size.
  void write(ImageView frame);
  /// Ends the file; the last call.
  void finish();
  /// The file's bytes since the last call; size() is their number.
  std::vector<std::uint8_t> take_bytes() { return std::exchange(bytes_, {}); }
  std::size_t size() const { return bytes_.size(); }

 private:
  enum class Freedom : std::uint8_t { any_near, as_shown, transparent };
  struct Pixel {
    std::array<std::uint8_t, 3> wanted;  // with the dithering's offset
    std::uint8_t preferred, shown;       // indices; `shown` is that of the earlier frames
    Freedom freedom;
  };
  struct Rectangle {
    int left, top, right, bottom;  // right and bottom are exclusive
    int width() const { return right - left; }
    int height() const { return bottom - top; }
  };

  struct Gain;

  void make_shifts();
  void write_header();
  void write_chosen(bool clear_after);
  void write_frame_header(const Rectangle& part, bool clear_after);
  int delay() const;
  void choose(ImageView frame);
  Rectangle changed_part(bool clear_after) const;
  bool uncovers(ImageView frame) const;
  Pixel choose_pixel(const std::uint8_t* pixel, int channels, int x, int y, std::size_t place);
  std::uint8_t best_index(const Pixel& pixel);
  void compress(const Rectangle& part);
  void put_word(int value);

  GifSettings settings_;
  PaletteSearch search_;
  bool begins_transparent_ = false;
  int frames_ = 0;
  std::array<int, 64> shifts_ = {};  // of the dithering's 8 x 8 places
  int most_error_ = 0;               // the largest allowed color distance, squared
  LzwDictionary dictionary_;
  std::vector<std::uint8_t> drawn_;  // each pixel's RGB color when it was last drawn
  std::vector<std::uint8_t> shown_;  // each pixel's current index in the palette
  std::vector<Pixel> pixels_;        // of the last frame, which is written with the next one
  std::vector<std::uint8_t> bytes_;
};

}  // namespace portrait_depth::film
