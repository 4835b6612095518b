#include "film/gif_encoder.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <utility>

namespace portrait_depth::film {
namespace {

constexpr std::uint8_t kTransparentIndex = kGifPaletteSize;
constexpr int kLargestSide = 65535, kMostLoops = 65536;
constexpr float kLeastFramesPerSecond = 0.002f;  // a delay takes 16 bits
constexpr float kDitherStrength = 0.75f;         // of the palette's spacing: the whole spacing looks grainy
constexpr int kKeepFrame = 1 << 2, kClearFrame = 2 << 2, kHasTransparentIndex = 1;

// The 8 x 8 matrix of B. E. Bayer, "An optimum method for two-level rendition of continuous-tone pictures",
// 1973, as offsets of -0.5 … 0.5. The bits of x ^ y and y are interleaved in reverse order.
constexpr int kMatrixSize = 8;
constexpr std::array<std::array<float, kMatrixSize>, kMatrixSize> bayer_offsets() {
  std::array<std::array<float, kMatrixSize>, kMatrixSize> offsets = {};
  for (unsigned y = 0; y < kMatrixSize; ++y)
    for (unsigned x = 0; x < kMatrixSize; ++x) {
      unsigned rank = 0;
      for (unsigned bit = 0; bit < 3; ++bit)
        rank |= (((x ^ y) >> bit) & 1) << (5 - 2 * bit) | ((y >> bit) & 1) << (4 - 2 * bit);
      offsets[y][x] = (static_cast<float>(rank) + 0.5f) / (kMatrixSize * kMatrixSize) - 0.5f;
    }
  return offsets;
}
constexpr auto kDitherOffsets = bayer_offsets();

// Squared, of 255 a channel.
int distance(const Color& a, const Color& b) {
  int sum = 0;
  for (std::size_t c = 0; c < 3; ++c) sum += (a[c] - b[c]) * (a[c] - b[c]);
  return sum;
}

}  // namespace

GifTolerance gif_tolerance(float quality) {
  const auto scaled = [quality](float most) { return static_cast<int>(std::lround(most * (1 - quality))); };
  return {.drift = scaled(12), .near = scaled(56)};
}

void check_gif_timing(float frames_per_second, int loops) {
  if (!(frames_per_second >= kLeastFramesPerSecond &&
        frames_per_second <= film_format("gif").largest_frames_per_second))
    throw Error(ErrorCode::invalid_argument,
                "a GIF plays at most 50 frames per second and at least 0.002; take 25");
  if (loops < 0 || loops > kMostLoops)
    throw Error(ErrorCode::invalid_argument,
                "a GIF plays at most 65536 times; take 0 loops, which plays it forever");
}

void check_gif(const GifSettings& settings) {
  const int width = settings.width, height = settings.height;
  if (width < 1 || height < 1 || width > kLargestSide || height > kLargestSide)
    throw Error(ErrorCode::invalid_argument, "a GIF has 1 to 65535 pixels a side; take another size");
  check_gif_timing(settings.frames_per_second, settings.loops);
}

GifEncoder::GifEncoder(const GifSettings& settings, PaletteSearch search)
    : settings_(settings), search_(std::move(search)) {
  check_gif(settings);
  const auto count = static_cast<std::size_t>(settings.width) * static_cast<std::size_t>(settings.height);
  drawn_.resize(count * 3);
  pixels_.resize(count);
  shown_.assign(count, kTransparentIndex);
  make_shifts();
  write_header();
}

void GifEncoder::put_word(int value) {
  bytes_.push_back(static_cast<std::uint8_t>(value & 255));
  bytes_.push_back(static_cast<std::uint8_t>(value >> 8 & 255));
}

void GifEncoder::write_header() {
  constexpr std::array<std::uint8_t, 6> kSignature = {'G', 'I', 'F', '8', '9', 'a'};
  bytes_.assign(kSignature.begin(), kSignature.end());
  put_word(settings_.width);
  put_word(settings_.height);
  bytes_.insert(bytes_.end(), {0xF7, 0, 0});  // a palette of 256 colors for all frames
  std::vector<Color> palette = search_.palette();
  palette.resize(256);
  for (const Color& color : palette) bytes_.insert(bytes_.end(), color.begin(), color.end());
  if (settings_.loops == 1) return;
  constexpr std::array<std::uint8_t, 16> kNetscapeExtension = {0x21, 0xFF, 11,  'N', 'E', 'T', 'S', 'C',
                                                               'A',  'P',  'E', '2', '.', '0', 3,   1};
  bytes_.insert(bytes_.end(), kNetscapeExtension.begin(), kNetscapeExtension.end());
  put_word(settings_.loops == 0 ? 0 : settings_.loops - 1);  // counts the repeats
  bytes_.push_back(0);
}

// GIF counts in 1/100 s. The ends of frames are rounded, not their lengths, so that the film keeps its speed.
int GifEncoder::delay() const {
  const auto end_of = [&](int frame) {
    return std::llround(100.0 * static_cast<double>(frame) /
                        static_cast<double>(settings_.frames_per_second));
  };
  return static_cast<int>(end_of(frames_) - end_of(frames_ - 1));
}

// The dithering of each place of the matrix, in values of a channel.
void GifEncoder::make_shifts() {
  for (std::size_t i = 0; i < shifts_.size(); ++i)
    shifts_[i] = static_cast<int>(
        std::lround(kDitherOffsets[i / kMatrixSize][i % kMatrixSize] * kDitherStrength * search_.spacing()));
}

std::uint8_t GifEncoder::best_index(const Pixel& pixel) {
  if (pixel.shown != kTransparentIndex &&
      distance(search_.palette()[pixel.shown], pixel.wanted) <= most_error_)
    return kTransparentIndex;
  const std::uint8_t index = search_.nearest(pixel.wanted[0], pixel.wanted[1], pixel.wanted[2]);
  return index == pixel.shown ? kTransparentIndex : index;
}

GifEncoder::Pixel GifEncoder::choose_pixel(const std::uint8_t* pixel, int channels, int x, int y,
                                           std::size_t place) {
  Pixel choice = {{}, kTransparentIndex, shown_[place], Freedom::as_shown};
  if (is_transparent(pixel, channels)) {
    choice.freedom = Freedom::transparent;
    return choice;
  }
  std::uint8_t* drawn = &drawn_[3 * place];
  const auto drifted = [&](int c) { return std::abs(pixel[c] - drawn[c]) > settings_.tolerance.drift; };
  if (choice.shown != kTransparentIndex && !drifted(0) && !drifted(1) && !drifted(2)) return choice;
  const int shift = shifts_[static_cast<std::size_t>(y % kMatrixSize * kMatrixSize + x % kMatrixSize)];
  for (std::size_t c = 0; c < 3; ++c)
    choice.wanted[c] = static_cast<std::uint8_t>(std::clamp(pixel[c] + shift, 0, 255));
  choice.preferred = best_index(choice);
  choice.freedom = Freedom::any_near;
  std::copy_n(pixel, 3, drawn);
  return choice;
}

// Fills pixels_ with the allowed indices of each pixel of the frame.
void GifEncoder::choose(ImageView frame) {
  std::size_t place = 0;
  for (int y = 0; y < frame.height(); ++y)
    for (int x = 0; x < frame.width(); ++x, ++place)
      pixels_[place] = choose_pixel(frame.pixel(x, y), frame.channels(), x, y, place);
}

// True if a drawn pixel becomes transparent: only clearing does that, drawing cannot.
bool GifEncoder::uncovers(ImageView frame) const {
  if (frame.channels() != 4) return false;
  std::size_t place = 0;
  for (int y = 0; y < frame.height(); ++y)
    for (int x = 0; x < frame.width(); ++x, ++place)
      if (is_transparent(frame.pixel(x, y), 4) &&
          (shown_[place] != kTransparentIndex || pixels_[place].preferred != kTransparentIndex))
        return true;
  return false;
}

// The smallest part that holds all changes. If it is cleared afterwards, it also holds all drawn pixels.
GifEncoder::Rectangle GifEncoder::changed_part(bool clear_after) const {
  Rectangle part = {settings_.width, settings_.height, 0, 0};
  const auto is_changed = [&](std::size_t place) {
    const bool is_drawn = clear_after && shown_[place] != kTransparentIndex;
    return pixels_[place].preferred != kTransparentIndex || is_drawn;
  };
  for (int y = 0; y < settings_.height; ++y) {
    const std::size_t row = static_cast<std::size_t>(y) * static_cast<std::size_t>(settings_.width);
    int first = 0, last = settings_.width;
    while (first < last && !is_changed(row + static_cast<std::size_t>(first))) ++first;
    if (first == last) continue;
    // Of the rest, only changes outside the part matter.
    while (last > part.right && !is_changed(row + static_cast<std::size_t>(last - 1))) --last;
    part = {std::min(part.left, first), std::min(part.top, y), std::max(part.right, last), y + 1};
  }
  if (part.right == 0) return {0, 0, 1, 1};
  return part;
}

// The value of one more pixel in the same code, minus its error.
struct GifEncoder::Gain {
  const Pixel* pixels;
  const Color* palette;
  int most_error;

  int operator()(int i, std::uint8_t index) const {
    const Pixel& pixel = pixels[i];
    const int saved = 1 + most_error;
    const std::uint8_t becomes = index == kTransparentIndex ? pixel.shown : index;
    if (pixel.freedom == Freedom::as_shown) return becomes == pixel.shown ? saved : -1;
    if (pixel.freedom == Freedom::transparent) return index == kTransparentIndex ? saved : -1;
    if (becomes == kTransparentIndex) return -1;
    const int error = distance(palette[becomes], pixel.wanted);
    if (error <= most_error) return saved - error;
    return index == pixel.preferred ? 1 : -1;  // the palette has no near color
  }
};

void GifEncoder::write_frame_header(const Rectangle& part, bool clear_after) {
  const int disposal = clear_after ? kClearFrame : kKeepFrame;
  bytes_.insert(bytes_.end(), {0x21, 0xF9, 4, static_cast<std::uint8_t>(disposal | kHasTransparentIndex)});
  put_word(delay());
  bytes_.insert(bytes_.end(), {kTransparentIndex, 0, 0x2C});
  put_word(part.left);
  put_word(part.top);
  put_word(part.width());
  put_word(part.height());
  bytes_.push_back(0);
}

void GifEncoder::compress(const Rectangle& part) {
  const auto width = static_cast<std::size_t>(settings_.width),
             part_width = static_cast<std::size_t>(part.width());
  const std::size_t first = static_cast<std::size_t>(part.top) * width + static_cast<std::size_t>(part.left);
  // The part's rows without gaps, as the compressor reads them.
  for (std::size_t row = 0; row < static_cast<std::size_t>(part.height()); ++row)
    std::copy_n(&pixels_[first + row * width], part_width, &pixels_[row * part_width]);
  append_lzw(
      part.width() * part.height(), [&](int i) { return pixels_[static_cast<std::size_t>(i)].preferred; },
      Gain{pixels_.data(), search_.palette().data(), most_error_},
      [&](int i, std::uint8_t index) {
        if (index == kTransparentIndex) return;
        const auto at = static_cast<std::size_t>(i);
        shown_[first + at / part_width * width + at % part_width] = index;
      },
      dictionary_, bytes_);
}

void GifEncoder::write(ImageView frame) {
  if (frame.width() != settings_.width || frame.height() != settings_.height)
    throw Error(ErrorCode::invalid_argument, "all frames of a GIF have one size");
  if (frames_ > 0) write_chosen(uncovers(frame));
  // The first frame is drawn as a whole, and much of it stays visible. With the tolerance of the changes, it
  // would differ from all other frames, and the film's loop would have a jump.
  const int near = frames_ == 0 ? settings_.tolerance.near / 3 : settings_.tolerance.near;
  most_error_ = near * near;
  choose(frame);
  if (frames_ == 0)
    begins_transparent_ = std::any_of(pixels_.begin(), pixels_.end(), [](const Pixel& pixel) {
      return pixel.freedom == Freedom::transparent;
    });
  ++frames_;
}

void GifEncoder::write_chosen(bool clear_after) {
  const Rectangle part = changed_part(clear_after);
  write_frame_header(part, clear_after);
  compress(part);
  if (clear_after) std::fill(shown_.begin(), shown_.end(), kTransparentIndex);
}

void GifEncoder::finish() {
  if (frames_ == 0) throw Error(ErrorCode::invalid_argument, "a GIF needs at least one frame");
  write_chosen(begins_transparent_);  // a player draws the next loop over the last frame
  bytes_.push_back(0x3B);
}

}  // namespace portrait_depth::film
