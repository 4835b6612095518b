// A GIF in memory, for where there is no FFmpeg: one palette for the film, ordered dithering that stands
// still, and only what changes is written.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "io/gif_palette.hpp"
#include "portrait_depth/image.hpp"

namespace portrait_depth::wasm {

/// CompuServe, "Graphics Interchange Format, Version 89a", 1990.
class GifEncoder {
 public:
  /// loops: how often the film plays, 0 for ever. Throws ErrorCode::invalid_argument for sizes that a GIF
  /// cannot have.
  GifEncoder(int width, int height, float frames_per_second, int loops);

  /// Counts the colours of an RGBA frame for the palette. Before the first write().
  void study(ImageView frame);
  /// Adds an RGBA frame. Throws ErrorCode::invalid_argument for one of another size.
  void write(ImageView frame);
  /// The whole file. No frame may follow.
  const std::vector<std::uint8_t>& finish();
  const std::vector<std::uint8_t>& bytes() const { return bytes_; }

 private:
  struct Rectangle {
    int left, top, right, bottom;  // right and bottom are the first outside
  };

  void check(ImageView frame) const;
  void write_header();
  int next_delay();
  Rectangle quantise(ImageView frame);
  std::uint8_t choose(const std::uint8_t* pixel, int x, int y, std::size_t place);
  bool is_near(std::uint8_t index, const std::array<int, 3>& color, int tolerance) const;
  void put_word(int value);

  int width_, height_, loops_;
  float frames_per_second_;
  int frames_ = 0;
  bool see_through_ =
      false;  // each frame is cleared before the next: what was drawn may become transparent again
  io::PaletteBuilder colors_;
  std::optional<io::PaletteSearch> search_;
  std::vector<std::uint8_t> drawn_;    // the colour that each pixel had when it was drawn last, RGB
  std::vector<std::uint8_t> shown_;    // the palette's colour that each pixel has now
  std::vector<std::uint8_t> indices_;  // of the frame; the transparent one where it does not change
  std::vector<std::uint8_t> bytes_;
};

}  // namespace portrait_depth::wasm
