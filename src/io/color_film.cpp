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

// libvpx' quickest way of keeping a quality, frame by frame: nothing waits for later frames, so that encoding
// runs beside drawing. Against "good" at its quickest it takes a quarter of the work, for a fifth more bytes
// and 0.06 dB (measured on 2 s of 720 x 720 pixels).
void choose_vp9(FilmSettings& settings, float quality, bool has_alpha) {
  settings.encoder = "libvpx-vp9";
  settings.encoder_options = {{"crf", rate_factor(quality, 48, 22)},
                              {"b", "0"},
                              {"deadline", "realtime"},
                              {"cpu-used", "5"},
                              {"lag-in-frames", "0"},
                              {"auto-alt-ref", "0"},
                              {"row-mt", "1"},
                              {"tile-columns", "2"}};
  // The Matroska element AlphaMode, without which players ignore the second, gray picture.
  if (has_alpha) settings.stream_tags = {{"alpha_mode", "1"}};
}

void choose_av1(FilmSettings& settings, float quality) {
  settings.encoder = "libaom-av1";
  settings.encoder_options = {
      {"crf", rate_factor(quality, 52, 20)}, {"b", "0"}, {"cpu-used", "8"}, {"row-mt", "1"}};
  // Tiles are encoded side by side; libaom refuses small ones.
  constexpr int kSmallestTile = 256;
  if (settings.width >= 2 * kSmallestTile) settings.encoder_options.emplace_back("tiles", "2x1");
}

void choose_h264(FilmSettings& settings, float quality) {
  settings.encoder = "libx264";
  settings.encoder_options = {{"crf", rate_factor(quality, 36, 16)}, {"preset", "fast"}, {"profile", "high"}};
  // The index in front: the film starts before all of it is there.
  settings.container_options = {{"movflags", "+faststart"}};
}

void choose_webp(FilmSettings& settings, const VideoOptions& options) {
  constexpr float kWorst = 40, kBest = 95;
  settings.encoder = "libwebp_anim";
  settings.encoder_options = {{"quality", rate_factor(options.quality, kWorst, kBest)},
                              {"compression_level", "3"}};
  settings.container_options = {{"loop", std::to_string(options.loops)}};
}

FilmSettings settings_for(const std::string& name, const std::string& format, const VideoOptions& options,
                          const Image& first) {
  const bool has_alpha = first.channels() == 4;
  if (has_alpha && (format == "mp4" || format == "avif" || options.codec == "av1"))
    throw Error(ErrorCode::unsupported,
                name + ": " + (options.codec.empty() ? format : options.codec) +
                    " films have no transparency; take webm, webp, gif or png, or another "
                    "background");
  FilmSettings settings;
  settings.container = format;
  settings.frames_per_second = options.frames_per_second;
  settings.threads =
      options.threads > 0 ? options.threads : static_cast<int>(std::thread::hardware_concurrency());
  if (format == "webp") {
    settings.width = first.width();
    settings.height = first.height();
    settings.pixel_format = AV_PIX_FMT_RGB32;
    choose_webp(settings, options);
    return settings;
  }
  // 4:2:0 holds one color for 2 x 2 pixels: an odd last row or column is left out.
  settings.width = first.width() / 2 * 2;
  settings.height = first.height() / 2 * 2;
  if (settings.width == 0 || settings.height == 0)
    throw Error(ErrorCode::unsupported, name + ": a film needs at least 2 x 2 pixels; take a larger size");
  settings.pixel_format = has_alpha ? AV_PIX_FMT_YUVA420P : AV_PIX_FMT_YUV420P;
  settings.is_bt709 = true;
  if (format == "mp4")
    choose_h264(settings, options.quality);
  else if (format == "avif" || options.codec == "av1")
    choose_av1(settings, options.quality);
  else
    choose_vp9(settings, options.quality, has_alpha);
  return settings;
}

ScalerPtr create_scaler(const FilmSettings& settings, int channels) {
  const AVPixelFormat source = channels == 4 ? AV_PIX_FMT_RGBA : AV_PIX_FMT_RGB24;
  ScalerPtr scaler(sws_getContext(settings.width, settings.height, source, settings.width, settings.height,
                                  settings.pixel_format, SWS_BILINEAR | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INP,
                                  nullptr, nullptr, nullptr));
  if (!scaler) throw Error(ErrorCode::unsupported, "FFmpeg cannot turn RGB into the colors of the film");
  constexpr int kLimited = 0, kFull = 1, kNeutral = 1 << 16;
  const bool is_yuv = settings.is_bt709;
  sws_setColorspaceDetails(scaler.get(), sws_getCoefficients(SWS_CS_ITU709), kFull,
                           sws_getCoefficients(SWS_CS_ITU709), is_yuv ? kLimited : kFull, 0, kNeutral,
                           kNeutral);
  return scaler;
}

class ColorFilm : public VideoWriter {
 public:
  ColorFilm(std::filesystem::path path, std::string format, VideoOptions options)
      : path_(std::move(path)), format_(std::move(format)), options_(std::move(options)) {
    if (!options_.codec.empty() && options_.codec != "vp9" && options_.codec != "av1")
      throw Error(ErrorCode::unsupported,
                  path_.string() + ": unknown codec " + options_.codec + "; take vp9 or av1");
  }

  void write(const Image& image) override {
    if (!encoder_) {
      const auto settings = settings_for(path_.string(), format_, options_, image);
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
  std::string format_;
  VideoOptions options_;
  ScalerPtr scaler_;
  std::unique_ptr<FilmEncoder> encoder_;
};

}  // namespace

std::unique_ptr<VideoWriter> create_color_film(const std::filesystem::path& path, const std::string& format,
                                               const VideoOptions& options) {
  return std::make_unique<ColorFilm>(path, format, options);
}

}  // namespace portrait_depth::io
