// The colors of a GIF: one palette for a whole film, and the nearest entry for each color.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "portrait_depth/image.hpp"

namespace portrait_depth::film {

using Color = std::array<std::uint8_t, 3>;

/// A GIF's pixels are transparent or opaque: alpha below one half is transparent.
inline bool is_transparent(const std::uint8_t* pixel, int channels) {
  return channels == 4 && pixel[3] < 128;
}

/// Counts a film's colors and chooses the palette that represents them best.
class PaletteBuilder {
 public:
  PaletteBuilder();
  /// Transparent pixels do not count.
  void add(ImageView frame);
  /// At most `size` colors (1..256); at least one.
  std::vector<Color> build(int size) const;

 private:
  struct Cell {
    std::uint32_t count = 0;
    std::uint64_t red = 0, green = 0, blue = 0;
  };
  std::vector<Cell> cells_;
};

/// The palette's nearest color, stored for cells of 4 x 4 x 4 colors.
class PaletteSearch {
 public:
  explicit PaletteSearch(std::vector<Color> palette);
  std::uint8_t nearest(int red, int green, int blue);
  const std::vector<Color>& palette() const { return palette_; }
  /// The mean distance of neighboring colors of the palette, a channel: the strength that dithering needs.
  float spacing() const { return spacing_; }

 private:
  std::vector<Color> palette_;
  std::vector<std::int16_t> cells_;
  float spacing_ = 0;
};

}  // namespace portrait_depth::film
