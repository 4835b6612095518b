// WebM, MP4, animated WebP and AVIF: films whose encoder takes full color.
extern "C" {
#include <libswscale/swscale.h>
}

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <string>
#include <thread>

#include "io/film_encoder.hpp"
#include "io/film_writers.hpp"

namespace portrait_depth::io {
namespace {

struct ScalerDeleter {
  void operator()(SwsContext* context) const { sws_freeContext(context); }
};
using ScalerPtr = std::unique_ptr<SwsContext, ScalerDeleter>;

// A constant-rate factor: `worst` at quality 0, `best` at quality 1.
std::string rate_factor(float quality, float worst, float best) {
  return std::to_string(std::lround(worst + (best - worst) * quality));
}

// libvpx' fastest mode of constant quality without lookahead: encoding runs beside drawing. Compared with the
// fastest "good" mode, it takes a quarter of the work at the cost of a fifth more bytes and 0.06 dB (measured
// on 2 s of 720 x 720 pixels).
void choose_vp9(FilmSettings& settings, const VideoOptions& options) {
  settings.encoder = "libvpx-vp9";
  settings.encoder_options = {{"crf", rate_factor(options.quality, 48, 22)},
                              {"b", "0"},
                              {"deadline", "realtime"},
                              {"cpu-used", "5"},
                              {"lag-in-frames", "0"},
                              {"auto-alt-ref", "0"},
                              {"row-mt", "1"},
                              {"tile-columns", "2"}};
  // The Matroska element AlphaMode, without which players ignore the second, gray picture.
  if (settings.pixel_format == AV_PIX_FMT_YUVA420P) settings.stream_tags = {{"alpha_mode", "1"}};
}

void choose_av1(FilmSettings& settings, const VideoOptions& options) {
  settings.encoder = "libaom-av1";
  settings.encoder_options = {
      {"crf", rate_factor(options.quality, 52, 20)}, {"b", "0"}, {"cpu-used", "8"}, {"row-mt", "1"}};
  // Tiles are encoded in parallel; libaom rejects small tiles.
  constexpr int kSmallestTile = 256;
  if (settings.width >= 2 * kSmallestTile) settings.encoder_options.emplace_back("tiles", "2x1");
}

void choose_h264(FilmSettings& settings, const VideoOptions& options) {
  settings.encoder = "libx264";
  settings.encoder_options = {
      {"crf", rate_factor(options.quality, 36, 16)}, {"preset", "fast"}, {"profile", "high"}};
  // The index comes first, so that a player can start before the download ends.
  settings.container_options = {{"movflags", "+faststart"}};
}

void choose_webp(FilmSettings& settings, const VideoOptions& options) {
  constexpr float kWorst = 40, kBest = 95;
  settings.encoder = "libwebp_anim";
  settings.encoder_options = {{"quality", rate_factor(options.quality, kWorst, kBest)},
                              {"compression_level", "3"}};
  settings.container_options = {{"loop", std::to_string(options.loops)}};
}

// FFmpeg's part of a codec of the format table.
struct CodecEncoder {
  const char* codec;
  void (*choose)(FilmSettings& settings, const VideoOptions& options);
  bool is_yuv;  // 4:2:0, BT.709; else RGB
};
constexpr std::array kCodecEncoders = {
    CodecEncoder{"vp9", choose_vp9, true}, CodecEncoder{"av1", choose_av1, true},
    CodecEncoder{"h264", choose_h264, true}, CodecEncoder{"webp", choose_webp, false}};

const CodecEncoder& encoder_of(const FilmCodec& codec) {
  const auto* const found =
      std::find_if(kCodecEncoders.begin(), kCodecEncoders.end(),
                   [&](const CodecEncoder& encoder) { return encoder.codec == codec.name; });
  if (found == kCodecEncoders.end())
    throw Error(ErrorCode::unsupported, "the codec " + codec.name + " has no encoder");
  return *found;
}

FilmSettings settings_for(const std::string& name, const FilmFormat& format, const VideoOptions& options,
                          const Image& first) {
  const CodecEncoder& encoder = encoder_of(film_codec(format, options.codec));
  FilmSettings settings;
  settings.container = format.extension;
  settings.frames_per_second = options.frames_per_second;
  settings.threads =
      options.threads > 0 ? options.threads : static_cast<int>(std::thread::hardware_concurrency());
  // An odd last row or column of a format with even sides is left out.
  const auto side_of = [&](int side) { return format.has_even_sides ? side / 2 * 2 : side; };
  settings.width = side_of(first.width());
  settings.height = side_of(first.height());
  if (settings.width == 0 || settings.height == 0)
    throw Error(ErrorCode::unsupported, name + ": a film needs at least 2 x 2 pixels; take a larger size");
  settings.is_bt709 = encoder.is_yuv;
  settings.pixel_format = AV_PIX_FMT_RGB32;
  if (encoder.is_yuv)
    settings.pixel_format = first.channels() == 4 ? AV_PIX_FMT_YUVA420P : AV_PIX_FMT_YUV420P;
  encoder.choose(settings, options);
  return settings;
}

ScalerPtr create_scaler(const FilmSettings& settings, int channels) {
  const AVPixelFormat source = channels == 4 ? AV_PIX_FMT_RGBA : AV_PIX_FMT_RGB24;
  ScalerPtr scaler(sws_getContext(settings.width, settings.height, source, settings.width, settings.height,
                                  settings.pixel_format, SWS_BILINEAR | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INP,
                                  nullptr, nullptr, nullptr));
  if (!scaler) throw Error(ErrorCode::unsupported, "FFmpeg cannot convert RGB to the film's color format");
  constexpr int kLimited = 0, kFull = 1, kNeutral = 1 << 16;
  const bool is_yuv = settings.is_bt709;
  sws_setColorspaceDetails(scaler.get(), sws_getCoefficients(SWS_CS_ITU709), kFull,
                           sws_getCoefficients(SWS_CS_ITU709), is_yuv ? kLimited : kFull, 0, kNeutral,
                           kNeutral);
  return scaler;
}

class ColorFilm : public VideoWriter {
 public:
  ColorFilm(std::filesystem::path path, FilmFormat format, VideoOptions options)
      : path_(std::move(path)), format_(std::move(format)), options_(std::move(options)) {}

  void write(const Image& image) override {
    if (!encoder_) {
      const auto settings = settings_for(output_name(path_), format_, options_, image);
      scaler_ = create_scaler(settings, image.channels());
      encoder_ = std::make_unique<FilmEncoder>(path_, settings);
    }
    AVFrame& frame = encoder_->frame();
    const std::array<const std::uint8_t*, 4> planes = {image.row(0)};
    const std::array<int, 4> strides = {static_cast<int>(image.stride())};
    sws_scale(scaler_.get(), planes.data(), strides.data(), 0, frame.height, frame.data, frame.linesize);
    encoder_->encode_frame();
  }

  void finish() override { encoder_->finish(); }

 private:
  std::filesystem::path path_;
  FilmFormat format_;
  VideoOptions options_;
  ScalerPtr scaler_;
  std::unique_ptr<FilmEncoder> encoder_;
};

}  // namespace

std::unique_ptr<VideoWriter> create_color_film(const std::filesystem::path& path, const FilmFormat& format,
                                               const VideoOptions& options) {
  return std::make_unique<ColorFilm>(path, format, options);
}

}  // namespace portrait_depth::io
