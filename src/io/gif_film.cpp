// GIF films: as good as asked for, and where a film turns out larger than people pass on, as good as its size
// allows.
#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "film/gif_encoder.hpp"
#include "io/film_writers.hpp"
#include "io/output_file.hpp"

namespace portrait_depth::io {
namespace {

// Frames wait until this many bytes of them are there, and the palette is made from those: a usual film is
// whole by then.
constexpr std::size_t kLookAheadBytes = 160'000'000;
// A film of 480 x 480 pixels, 2 s and 20 frames a second takes no more than 2.95 MB at the usual quality of
// 0.75, and without bound at 1. Tiny films may have what their header takes.
constexpr double kBytesAPixelAtQuality0 = 0.08, kSmallestLimit = 20'000;
constexpr int kMostAttempts = 6;

// Photos' films shrink by about the 2/3rd power of what is near enough. `excess`: how many times too large
// the film is.
GifTolerance coarser(const GifTolerance& tolerance, double excess) {
  const double near = tolerance.near * std::pow(excess, 1.5);
  return {.drift = tolerance.drift,
          .near = std::max(tolerance.near + 1, static_cast<int>(std::lround(near)))};
}

class Gif : public VideoWriter {
 public:
  Gif(std::filesystem::path path, const VideoOptions& options) : path_(std::move(path)), options_(options) {
    try {
      check_gif_timing(options.frames_per_second, options.loops);
    } catch (const Error& error) {
      throw Error(ErrorCode::unsupported, path_.string() + ": " + error.what());
    }
  }

  void write(const Image& frame) override {
    if (!file_) file_ = std::make_unique<OutputFile>(path_);
    if (encoder_) {
      encoder_->write(frame);
      file_->write(encoder_->take_bytes());
      return;
    }
    colors_.add(frame);
    waiting_.push_back(frame);
    if (waiting_.size() * frame.bytes().size() >= kLookAheadBytes) encode_waiting(false);
  }

  void finish() override {
    if (encoder_) {
      encoder_->finish();
      file_->write(encoder_->take_bytes());
    } else {
      encode_waiting(true);
    }
    file_->commit();
  }

 private:
  // The same frames again with more tolerance, until they are small enough.
  void encode_waiting(bool is_whole) {
    const Image& first = waiting_.front();
    GifSettings settings = {.width = first.width(),
                            .height = first.height(),
                            .frames_per_second = options_.frames_per_second,
                            .loops = options_.loops,
                            .tolerance = gif_tolerance(options_.quality)};
    const PaletteSearch search(colors_.build(kGifPaletteSize));
    double excess = encode(settings, search, is_whole);
    for (int attempt = 1; attempt < kMostAttempts && excess > 1; ++attempt) {
      settings.tolerance = coarser(settings.tolerance, excess);
      excess = encode(settings, search, is_whole);
    }
    file_->write(encoder_->take_bytes());
    waiting_.clear();
    waiting_.shrink_to_fit();
  }

  // Gives how many times the film is larger than it should be.
  double encode(const GifSettings& settings, const PaletteSearch& search, bool is_whole) {
    const double limit = kBytesAPixelAtQuality0 / (1 - static_cast<double>(options_.quality)) *
                         static_cast<double>(waiting_.size()) * settings.width * settings.height;
    encoder_.emplace(settings, search);
    for (const Image& frame : waiting_) encoder_->write(frame);
    if (is_whole) encoder_->finish();
    return static_cast<double>(encoder_->size()) / std::max(limit, kSmallestLimit);
  }

  std::filesystem::path path_;
  VideoOptions options_;
  PaletteBuilder colors_;
  std::vector<Image> waiting_;
  std::unique_ptr<OutputFile> file_;
  std::optional<GifEncoder> encoder_;
};

}  // namespace

std::unique_ptr<VideoWriter> create_gif(const std::filesystem::path& path, const VideoOptions& options) {
  return std::make_unique<Gif>(path, options);
}

}  // namespace portrait_depth::io
