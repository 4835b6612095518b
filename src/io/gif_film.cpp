// GIF: 255 colours for the whole film, ordered dithering that stands still, pixels that hardly change left
// alone.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "io/film_encoder.hpp"
#include "io/film_writers.hpp"
#include "io/gif_palette.hpp"

namespace portrait_depth::io {
namespace {

constexpr int palette_size = 255;
constexpr std::uint8_t transparent_index = 255;
// Frames wait until this many bytes of them are there, and the palette is made from those: a usual film is
// whole by then.
constexpr std::size_t look_ahead_bytes = 160'000'000;
constexpr float most_frames_per_second = 50;  // Browsers play delays under 2/100 s slowly.

// The 8 x 8 matrix of B. E. Bayer, "An optimum method for two-level rendition of continuous-tone pictures",
// 1973, as offsets of -0.5 … 0.5: the bits of x ^ y and y, interleaved backwards.
constexpr int matrix_size = 8;
constexpr std::array<std::array<float, matrix_size>, matrix_size> bayer_offsets() {
  std::array<std::array<float, matrix_size>, matrix_size> offsets = {};
  for (unsigned y = 0; y < matrix_size; ++y)
    for (unsigned x = 0; x < matrix_size; ++x) {
      unsigned rank = 0;
      for (unsigned bit = 0; bit < 3; ++bit)
        rank |= (((x ^ y) >> bit) & 1) << (5 - 2 * bit) | ((y >> bit) & 1) << (4 - 2 * bit);
      offsets[y][x] = (static_cast<float>(rank) + 0.5f) / (matrix_size * matrix_size) - 0.5f;
    }
  return offsets;
}
constexpr auto dither_offsets = bayer_offsets();

// What saves bytes and is hardly seen. All are distances between colours, and 0 at quality 1.
struct Tolerance {
  int drift;  ///< A pixel whose colour changed no more than this, a channel, is not drawn anew.
  int held;   ///< A colour shown already stays if it is no farther than this from the wanted one.
  int run;    ///< The left neighbour's colour is repeated if it is no farther than this.
};
Tolerance tolerance_at(float quality) {
  const auto scaled = [quality](float most) { return static_cast<int>(std::lround(most * (1 - quality))); };
  return {.drift = scaled(12), .held = scaled(56), .run = scaled(40)};
}

constexpr float dither_strength = 0.75f;  // of the palette's spacing: all of it looks grainy

class Gif : public VideoWriter {
 public:
  Gif(std::filesystem::path path, const VideoOptions& options)
      : path_(std::move(path)),
        options_(options),
        check_(path_.string()),
        tolerance_(tolerance_at(options.quality)) {
    if (options.frames_per_second > most_frames_per_second)
      throw Error(ErrorCode::unsupported,
                  path_.string() + ": a GIF plays at most 50 frames per second; ask for fewer (--fps 25)");
  }

  void write(const Image& frame) override {
    if (check_.accept(frame)) open(frame);
    if (search_) {
      encode(frame);
      return;
    }
    colors_.add(frame);
    waiting_.push_back(frame);
    if (waiting_.size() * frame.bytes().size() >= look_ahead_bytes) encode_waiting();
  }

  void finish() override {
    check_.finish();
    encode_waiting();
    encoder_->finish();
  }

 private:
  void open(const Image& frame) {
    FilmSettings settings;
    settings.container = "gif";
    settings.encoder = "gif";
    settings.pixel_format = AV_PIX_FMT_PAL8;
    settings.width = frame.width();
    settings.height = frame.height();
    settings.frames_per_second = options_.frames_per_second;
    settings.threads = 1;
    // FFmpeg counts how often the film is repeated, -1 for not at all.
    const int repeats = options_.loops == 0 ? 0 : options_.loops == 1 ? -1 : options_.loops - 1;
    settings.container_options = {{"loop", std::to_string(repeats)}};
    encoder_ = std::make_unique<FilmEncoder>(path_, settings);
    const auto pixels = static_cast<std::size_t>(frame.width()) * static_cast<std::size_t>(frame.height());
    drawn_.assign(pixels * 3, 0);
    indices_.assign(pixels, transparent_index);
  }

  void encode_waiting() {
    if (!search_) search_.emplace(colors_.build(palette_size));
    for (const Image& frame : waiting_) encode(frame);
    waiting_.clear();
    waiting_.shrink_to_fit();
  }

  bool has_drifted(const std::uint8_t* pixel, const std::uint8_t* drawn) const {
    const auto changed = [&](int c) { return std::abs(pixel[c] - drawn[c]) > tolerance_.drift; };
    return changed(0) || changed(1) || changed(2);
  }

  bool is_near(std::uint8_t index, const std::array<int, 3>& color, int tolerance) const {
    if (index == transparent_index || tolerance == 0) return false;
    const Color& shown = search_->palette()[index];
    int distance = 0;
    for (std::size_t c = 0; c < 3; ++c) distance += (shown[c] - color[c]) * (shown[c] - color[c]);
    return distance <= tolerance * tolerance;
  }

  void draw(const std::uint8_t* pixel, float offset, std::size_t place) {
    const int shift = static_cast<int>(std::lround(offset * dither_strength * search_->spacing()));
    std::array<int, 3> color;
    for (std::size_t c = 0; c < 3; ++c) color[c] = std::clamp(pixel[c] + shift, 0, 255);
    std::uint8_t& index = indices_[place];
    if (!is_near(index, color, tolerance_.held)) {
      const bool repeats = place > 0 && is_near(indices_[place - 1], color, tolerance_.run);
      index = repeats ? indices_[place - 1] : search_->nearest(color[0], color[1], color[2]);
    }
    std::copy_n(pixel, 3, drawn_.begin() + static_cast<std::ptrdiff_t>(3 * place));
  }

  void encode(const Image& frame) {
    AVFrame& target = encoder_->frame();
    for (int y = 0; y < frame.height(); ++y) {
      for (int x = 0; x < frame.width(); ++x) {
        const std::uint8_t* pixel = frame.pixel(x, y);
        const std::size_t place = static_cast<std::size_t>(y) * static_cast<std::size_t>(frame.width()) +
                                  static_cast<std::size_t>(x);
        if (frame.channels() == 4 && pixel[3] < 128)
          indices_[place] = transparent_index;
        else if (indices_[place] == transparent_index || has_drifted(pixel, &drawn_[3 * place]))
          draw(pixel,
               dither_offsets[static_cast<std::size_t>(y % matrix_size)]
                             [static_cast<std::size_t>(x % matrix_size)],
               place);
      }
      std::copy_n(indices_.begin() + static_cast<std::ptrdiff_t>(y) * frame.width(), frame.width(),
                  target.data[0] + static_cast<std::ptrdiff_t>(y) * target.linesize[0]);
    }
    write_palette(reinterpret_cast<std::uint32_t*>(target.data[1]));
    encoder_->encode_frame();
  }

  void write_palette(std::uint32_t* entries) const {
    constexpr std::uint32_t opaque = 0xFF000000;
    std::fill_n(entries, 256, opaque);
    const auto& palette = search_->palette();
    for (std::size_t i = 0; i < palette.size(); ++i)
      entries[i] =
          opaque | std::uint32_t{palette[i][0]} << 16 | std::uint32_t{palette[i][1]} << 8 | palette[i][2];
    // With it the encoder can leave out what does not change.
    entries[transparent_index] = 0;
  }

  std::filesystem::path path_;
  VideoOptions options_;
  FrameCheck check_;
  Tolerance tolerance_;
  PaletteBuilder colors_;
  std::optional<PaletteSearch> search_;
  std::vector<Image> waiting_;
  std::unique_ptr<FilmEncoder> encoder_;
  std::vector<std::uint8_t> drawn_;    // the colour that each pixel had when it was drawn last, RGB
  std::vector<std::uint8_t> indices_;  // what is shown
};

}  // namespace

std::unique_ptr<VideoWriter> create_gif(const std::filesystem::path& path, const VideoOptions& options) {
  return std::make_unique<Gif>(path, options);
}

}  // namespace portrait_depth::io
