#include "io/film_encoder.hpp"

extern "C" {
#include <libavutil/opt.h>
}

#include <array>
#include <cmath>
#include <new>

#include "portrait_depth/error.hpp"

namespace portrait_depth::io {
namespace {

std::string av_reason(int result) {
  std::array<char, AV_ERROR_MAX_STRING_SIZE> text = {};
  av_strerror(result, text.data(), text.size());
  return text.data();
}

template <class T>
AvPtr<T> owned(T* pointer) {
  if (pointer == nullptr) throw std::bad_alloc();
  return AvPtr<T>(pointer);
}

// FFmpeg removes the options that it used from the dictionary.
class Dictionary {
 public:
  explicit Dictionary(const AvOptions& options) {
    for (const auto& [key, value] : options) av_dict_set(&dictionary_, key.c_str(), value.c_str(), 0);
  }
  ~Dictionary() { av_dict_free(&dictionary_); }
  Dictionary(const Dictionary&) = delete;
  Dictionary& operator=(const Dictionary&) = delete;
  AVDictionary** get() { return &dictionary_; }
  void check_all_taken(const std::string& by) const {
    if (const AVDictionaryEntry* left = av_dict_get(dictionary_, "", nullptr, AV_DICT_IGNORE_SUFFIX))
      throw Error(ErrorCode::unsupported, by + " has no option " + left->key);
  }

 private:
  AVDictionary* dictionary_ = nullptr;
};

// The rates of NTSC television are nominal rates x 1000/1001; people write them with two or three decimals.
AVRational rational_frame_rate(float frames_per_second) {
  constexpr int kFilmRate = 24, kTelevisionRate = 30;
  constexpr double kRounding = 0.005;
  const auto nominal = static_cast<int>(std::lround(frames_per_second * 1.001));
  const bool is_usual = nominal > 0 && (nominal % kFilmRate == 0 || nominal % kTelevisionRate == 0);
  if (is_usual && std::abs(static_cast<double>(frames_per_second) - nominal * 1000.0 / 1001) < kRounding)
    return {nominal * 1000, 1001};
  constexpr int kLargestTerm = 100'100;
  return av_d2q(frames_per_second, kLargestTerm);
}

}  // namespace

FilmEncoder::FilmEncoder(const std::filesystem::path& path, const FilmSettings& settings)
    : file_(path), name_(output_name(path)) {
  AVFormatContext* container = nullptr;
  const std::string url = "file:" + file_.temporary_path().string();
  if (avformat_alloc_output_context2(&container, nullptr, settings.container.c_str(), url.c_str()) < 0)
    throw Error(ErrorCode::unsupported,
                name_ + ": this FFmpeg cannot write " + settings.container + " files");
  container_.reset(container);
  // The same frames give the same bytes: without it, a WebM holds random numbers.
  container_->flags |= AVFMT_FLAG_BITEXACT;
  open_encoder(settings);
  open_container(settings);
  packet_ = owned(av_packet_alloc());
  frame_ = owned(av_frame_alloc());
  frame_->format = settings.pixel_format;
  frame_->width = settings.width;
  frame_->height = settings.height;
  frame_->color_range = encoder_->color_range;
  frame_->colorspace = encoder_->colorspace;
  frame_->color_primaries = encoder_->color_primaries;
  frame_->color_trc = encoder_->color_trc;
  check(av_frame_get_buffer(frame_.get(), 0));
}

void FilmEncoder::open_encoder(const FilmSettings& settings) {
  const AVCodec* codec = avcodec_find_encoder_by_name(settings.encoder.c_str());
  if (codec == nullptr)
    throw Error(ErrorCode::unsupported,
                name_ + ": this FFmpeg lacks the encoder " + settings.encoder + "; take another format");
  encoder_ = owned(avcodec_alloc_context3(codec));
  encoder_->width = settings.width;
  encoder_->height = settings.height;
  encoder_->pix_fmt = settings.pixel_format;
  encoder_->framerate = rational_frame_rate(settings.frames_per_second);
  encoder_->time_base = av_inv_q(encoder_->framerate);
  encoder_->thread_count = settings.threads;
  if (settings.is_bt709) {
    encoder_->color_range = AVCOL_RANGE_MPEG;
    encoder_->colorspace = AVCOL_SPC_BT709;
    encoder_->color_primaries = AVCOL_PRI_BT709;
    encoder_->color_trc = AVCOL_TRC_BT709;
  }
  if ((container_->oformat->flags & AVFMT_GLOBALHEADER) != 0) encoder_->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
  Dictionary options(settings.encoder_options);
  if (const int result = avcodec_open2(encoder_.get(), codec, options.get()); result < 0)
    throw Error(ErrorCode::unsupported,
                name_ + ": the encoder " + settings.encoder + " rejects " + std::to_string(settings.width) +
                    " x " + std::to_string(settings.height) + " pixels at " +
                    std::to_string(settings.frames_per_second) + " frames per second (" + av_reason(result) +
                    "); take another size, rate or format");
  options.check_all_taken(settings.encoder);
}

void FilmEncoder::open_container(const FilmSettings& settings) {
  AVStream* stream = avformat_new_stream(container_.get(), nullptr);
  if (stream == nullptr) throw std::bad_alloc();
  check(avcodec_parameters_from_context(stream->codecpar, encoder_.get()));
  stream->time_base = encoder_->time_base;
  stream->avg_frame_rate = encoder_->framerate;
  for (const auto& [key, value] : settings.stream_tags)
    av_dict_set(&stream->metadata, key.c_str(), value.c_str(), 0);
  check(avio_open(&container_->pb, container_->url, AVIO_FLAG_WRITE));
  Dictionary options(settings.container_options);
  check(avformat_write_header(container_.get(), options.get()));
  options.check_all_taken(settings.container);
}

AVFrame& FilmEncoder::frame() {
  // The encoder may still use the last frame's pixels.
  check(av_frame_make_writable(frame_.get()));
  return *frame_;
}

void FilmEncoder::encode_frame() {
  frame_->pts = frames_++;
  check(avcodec_send_frame(encoder_.get(), frame_.get()));
  drain();
}

void FilmEncoder::drain() {
  for (;;) {
    const int result = avcodec_receive_packet(encoder_.get(), packet_.get());
    if (result == AVERROR(EAGAIN) || result == AVERROR_EOF) return;
    check(result);
    if (packet_->duration == 0) packet_->duration = 1;
    av_packet_rescale_ts(packet_.get(), encoder_->time_base, container_->streams[0]->time_base);
    check(av_interleaved_write_frame(container_.get(), packet_.get()));
  }
}

void FilmEncoder::finish() {
  if (frames_ == 0) throw Error(ErrorCode::invalid_argument, name_ + ": a film needs at least one frame");
  check(avcodec_send_frame(encoder_.get(), nullptr));
  drain();
  check(av_write_trailer(container_.get()));
  check(container_->pb->error);
  check(avio_closep(&container_->pb));
  file_.commit();
}

void FilmEncoder::check(int result) const {
  if (result >= 0) return;
  // FFmpeg's own errors are four-letter tags, far below any errno.
  constexpr int kLargestErrno = 4096;
  if (result == AVERROR(ENOMEM)) throw std::bad_alloc();
  if (AVUNERROR(result) < kLargestErrno) file_.fail(AVUNERROR(result));
  throw Error(ErrorCode::unwritable,
              name_ + " cannot be written: " + av_reason(result) + "; take another format");
}

}  // namespace portrait_depth::io
