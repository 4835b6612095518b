#include "gif_encoder.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <memory>

#include "errors.hpp"
#include "lzw.hpp"
#include "portrait_depth_core.h"

namespace portrait_depth::wasm {
namespace {

constexpr int palette_size = 255;
constexpr std::uint8_t transparent_index = 255;
constexpr int largest_side = 65535;
constexpr float most_frames_per_second = 50;  // browsers play delays under 2/100 s slowly
// What saves bytes and is hardly seen, as in the film writer's GIF (src/io/gif_film.cpp): a pixel that
// changed no more than `drift` a channel is not drawn anew; a colour shown already stays if it is no farther
// than `held` from the wanted one; the left neighbour's colour is repeated if it is no farther than `run`.
constexpr int drift = 3, held = 14, run = 10;
constexpr float dither_strength = 0.75f;  // of the palette's spacing: all of it looks grainy
constexpr int keep_frame = 1 << 2, clear_frame = 2 << 2, has_transparency = 1;

// A threshold of -0.5 … 0.5 for each pixel of an 8 x 8 tile: B. E. Bayer, "An optimum method for two-level
// rendition of continuous-tone pictures", 1973.
float dither_offset(int x, int y) {
  const auto column = static_cast<unsigned>(x), row = static_cast<unsigned>(y);
  unsigned rank = 0;
  for (unsigned bit = 0; bit < 3; ++bit)
    rank = rank << 2 | ((column ^ row) >> bit & 1u) << 1 | (row >> bit & 1u);
  return (static_cast<float>(rank) + 0.5f) / 64 - 0.5f;
}

}  // namespace

GifEncoder::GifEncoder(int width, int height, float frames_per_second, int loops)
    : width_(width), height_(height), loops_(loops), frames_per_second_(frames_per_second) {
  if (width < 1 || height < 1 || width > largest_side || height > largest_side)
    throw Error(ErrorCode::invalid_argument, "A GIF has 1 to 65535 pixels a side.");
  if (!(frames_per_second > 0) || frames_per_second > most_frames_per_second)
    throw Error(ErrorCode::invalid_argument, "A GIF plays at most 50 frames per second; ask for fewer.");
  const auto pixels = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
  drawn_.resize(pixels * 3);
  indices_.resize(pixels);
  shown_.assign(pixels, transparent_index);
}

void GifEncoder::check(ImageView frame) const {
  if (frame.width() != width_ || frame.height() != height_ || frame.channels() != 4)
    throw Error(ErrorCode::invalid_argument, "All frames of a GIF have one size.");
}

void GifEncoder::study(ImageView frame) {
  check(frame);
  colors_.add(frame);
  for (int y = 0; y < height_ && !see_through_; ++y)
    for (int x = 0; x < width_ && !see_through_; ++x) see_through_ = frame.pixel(x, y)[3] < 128;
}

void GifEncoder::put_word(int value) {
  bytes_.push_back(static_cast<std::uint8_t>(value & 255));
  bytes_.push_back(static_cast<std::uint8_t>(value >> 8 & 255));
}

void GifEncoder::write_header() {
  constexpr std::array<std::uint8_t, 6> signature = {'G', 'I', 'F', '8', '9', 'a'};
  bytes_.assign(signature.begin(), signature.end());
  put_word(width_);
  put_word(height_);
  bytes_.insert(bytes_.end(), {0xF7, 0, 0});  // a palette of 256 colours for all frames
  std::vector<io::Color> palette = search_->palette();
  palette.resize(256);
  for (const io::Color& color : palette) bytes_.insert(bytes_.end(), color.begin(), color.end());
  if (loops_ == 1) return;
  constexpr std::array<std::uint8_t, 16> netscape = {0x21, 0xFF, 11,  'N', 'E', 'T', 'S', 'C',
                                                     'A',  'P',  'E', '2', '.', '0', 3,   1};
  bytes_.insert(bytes_.end(), netscape.begin(), netscape.end());
  put_word(loops_ == 0 ? 0 : loops_ - 1);  // counts the repeats
  bytes_.push_back(0);
}

// GIF counts in 1/100 s: rounding the ends, not the lengths, keeps the film's speed.
int GifEncoder::next_delay() {
  const auto end_of = [&](int frame) {
    return static_cast<int>(std::lround(100.0f * static_cast<float>(frame) / frames_per_second_));
  };
  const int delay = end_of(frames_ + 1) - end_of(frames_);
  ++frames_;
  return delay;
}

bool GifEncoder::is_near(std::uint8_t index, const std::array<int, 3>& color, int tolerance) const {
  if (index == transparent_index) return false;
  const io::Color& known = search_->palette()[index];
  int distance = 0;
  for (std::size_t c = 0; c < 3; ++c) distance += (known[c] - color[c]) * (known[c] - color[c]);
  return distance <= tolerance * tolerance;
}

// The pixel's colour of the palette; the one shown already where it will do.
std::uint8_t GifEncoder::choose(const std::uint8_t* pixel, int x, int y, std::size_t place) {
  const int shift = static_cast<int>(std::lround(dither_offset(x, y) * dither_strength * search_->spacing()));
  std::array<int, 3> color;
  for (std::size_t c = 0; c < 3; ++c) color[c] = std::clamp(pixel[c] + shift, 0, 255);
  if (is_near(shown_[place], color, held)) return shown_[place];
  if (place > 0 && is_near(shown_[place - 1], color, run)) return shown_[place - 1];
  return search_->nearest(color[0], color[1], color[2]);
}

GifEncoder::Rectangle GifEncoder::quantise(ImageView frame) {
  Rectangle changed = {width_, height_, 0, 0};
  if (see_through_) std::fill(shown_.begin(), shown_.end(), transparent_index);
  std::size_t place = 0;
  for (int y = 0; y < height_; ++y) {
    for (int x = 0; x < width_; ++x, ++place) {
      const std::uint8_t* pixel = frame.pixel(x, y);
      std::uint8_t* drawn = &drawn_[3 * place];
      const auto drifted = [&](int channel) { return std::abs(pixel[channel] - drawn[channel]) > drift; };
      indices_[place] = transparent_index;
      if (pixel[3] < 128) continue;
      if (shown_[place] != transparent_index && !drifted(0) && !drifted(1) && !drifted(2)) continue;
      const std::uint8_t index = choose(pixel, x, y, place);
      std::copy_n(pixel, 3, drawn);
      if (index == shown_[place]) continue;
      indices_[place] = shown_[place] = index;
      changed = {std::min(changed.left, x), std::min(changed.top, y), std::max(changed.right, x + 1),
                 std::max(changed.bottom, y + 1)};
    }
  }
  if (changed.right == 0) return {0, 0, 1, 1};
  return changed;
}

void GifEncoder::write(ImageView frame) {
  check(frame);
  if (!search_) {
    search_.emplace(colors_.build(palette_size));
    write_header();
  }
  const Rectangle part = quantise(frame);
  const int disposal = see_through_ ? clear_frame : keep_frame;
  bytes_.insert(bytes_.end(), {0x21, 0xF9, 4, static_cast<std::uint8_t>(disposal | has_transparency)});
  put_word(next_delay());
  bytes_.insert(bytes_.end(), {transparent_index, 0, 0x2C});
  put_word(part.left);
  put_word(part.top);
  put_word(part.right - part.left);
  put_word(part.bottom - part.top);
  bytes_.push_back(0);
  const std::uint8_t* first = indices_.data() + static_cast<std::ptrdiff_t>(part.top) * width_ + part.left;
  append_lzw({first, part.right - part.left, part.bottom - part.top, width_}, bytes_);
}

const std::vector<std::uint8_t>& GifEncoder::finish() {
  if (frames_ == 0) throw Error(ErrorCode::invalid_argument, "A GIF needs at least one frame.");
  bytes_.push_back(0x3B);
  return bytes_;
}

}  // namespace portrait_depth::wasm

using namespace portrait_depth;

struct pd_gif {
  wasm::GifEncoder encoder;
  int width, height;
};

pd_gif* pd_gif_create(int width, int height, float frames_per_second, int loops) {
  return wasm::guarded([&] { return new pd_gif{{width, height, frames_per_second, loops}, width, height}; });
}
void pd_gif_destroy(pd_gif* gif) {
  delete gif;
}
int pd_gif_study(pd_gif* gif, const uint8_t* rgba) {
  return wasm::guarded([&] {
    gif->encoder.study({rgba, gif->width, gif->height, 4});
    return 1;
  });
}
int pd_gif_write(pd_gif* gif, const uint8_t* rgba) {
  return wasm::guarded([&] {
    gif->encoder.write({rgba, gif->width, gif->height, 4});
    return 1;
  });
}
uint32_t pd_gif_finish(pd_gif* gif) {
  return wasm::guarded([&] { return static_cast<uint32_t>(gif->encoder.finish().size()); });
}
const uint8_t* pd_gif_bytes(const pd_gif* gif) {
  return gif->encoder.bytes().data();
}
