#include "film/gif_film.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace portrait_depth::film {
namespace {

// The size budget: 0.32 bytes for each pixel and frame at the usual quality of 0.75 (a film of 480 x 480
// pixels, 2 s and 20 frames a second has at most 2.95 MB), no limit at quality 1. The smallest limit leaves
// room for the header of a tiny film.
constexpr double kBytesPerPixelAtQuality0 = 0.08, kSmallestLimit = 20'000;
constexpr int kMostAttempts = 6;

// Films of photos shrink by about the 2/3 power of the tolerance. `excess`: the film's size divided by its
// limit. A square root, unlike a power, has the same bits on every platform.
GifTolerance coarser(const GifTolerance& tolerance, double excess) {
  const double near = tolerance.near * excess * std::sqrt(excess);
  return {.drift = tolerance.drift,
          .near = std::max(tolerance.near + 1, static_cast<int>(std::lround(near)))};
}

Image copy_of(ImageView view) {
  Image image(view.width(), view.height(), view.channels());
  for (int y = 0; y < view.height(); ++y)
    std::copy_n(view.row(y), static_cast<std::ptrdiff_t>(view.width()) * view.channels(), image.row(y));
  return image;
}

}  // namespace

GifFilm::GifFilm(const GifFilmSettings& settings)
    : settings_(settings), tolerance_(gif_tolerance(settings.quality)) {
  check_gif_timing(settings.frames_per_second, settings.loops);
}

void GifFilm::write(ImageView frame) {
  if (has_ended_) throw Error(ErrorCode::invalid_argument, "a GIF that has ended takes no more frames");
  while (encode_step()) {
  }
  if (encoder_) return encoder_->write(frame);
  if (!waiting_.empty() &&
      (frame.width() != waiting_.front().width() || frame.height() != waiting_.front().height()))
    throw Error(ErrorCode::invalid_argument, "all frames of a GIF have one size");
  colors_.add(frame);
  waiting_.push_back(copy_of(frame));
  is_due_ = static_cast<std::int64_t>(waiting_.size()) * frame.width() * frame.height() >= kLookAheadPixels;
}

void GifFilm::end() {
  if (std::exchange(has_ended_, true)) return;
  if (encoder_ && !is_due_) return encoder_->finish();
  if (waiting_.empty()) throw Error(ErrorCode::invalid_argument, "a GIF needs at least one frame");
  is_due_ = true;
}

void GifFilm::start_attempt() {
  const Image& first = waiting_.front();
  if (!palette_) palette_.emplace(colors_.build(kGifPaletteSize));
  encoder_.emplace(GifSettings{.width = first.width(),
                               .height = first.height(),
                               .frames_per_second = settings_.frames_per_second,
                               .loops = settings_.loops,
                               .tolerance = tolerance_},
                   *palette_);
  encoded_ = 0;
  ++attempts_;
}

double GifFilm::excess() const {
  const Image& first = waiting_.front();
  const double limit = kBytesPerPixelAtQuality0 / (1 - static_cast<double>(settings_.quality)) *
                       static_cast<double>(waiting_.size()) * first.width() * first.height();
  return static_cast<double>(encoder_->size()) / std::max(limit, kSmallestLimit);
}

bool GifFilm::encode_step() {
  if (!is_due_) return false;
  if (!encoder_) start_attempt();
  encoder_->write(waiting_[encoded_++]);
  if (encoded_ < waiting_.size()) return true;
  if (has_ended_) encoder_->finish();
  if (const double too_large = excess(); too_large > 1 && attempts_ < kMostAttempts) {
    tolerance_ = coarser(tolerance_, too_large);
    start_attempt();
    return true;
  }
  is_due_ = false;
  waiting_ = {};
  return false;
}

double GifFilm::encoded_share() const {
  if (attempts_ == 0) return 0;
  if (!is_due_) return 1;
  const double rest = std::pow(0.5, attempts_ - 1);
  return 1 - rest + rest / 2 * static_cast<double>(encoded_) / static_cast<double>(waiting_.size());
}

std::vector<std::uint8_t> GifFilm::take_bytes() {
  return encoder_ && !is_due_ ? encoder_->take_bytes() : std::vector<std::uint8_t>();
}

}  // namespace portrait_depth::film
