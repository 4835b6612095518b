// FFmpeg's libraries: frames into an encoder, packets into a container file.
#pragma once

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/frame.h>
}

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "io/output_file.hpp"
#include "portrait_depth/film.hpp"

namespace portrait_depth::io {

struct AvDeleter {
  void operator()(AVCodecContext* context) const { avcodec_free_context(&context); }
  void operator()(AVFrame* frame) const { av_frame_free(&frame); }
  void operator()(AVPacket* packet) const { av_packet_free(&packet); }
  void operator()(AVFormatContext* context) const {
    if (context->pb != nullptr) avio_closep(&context->pb);
    avformat_free_context(context);
  }
};
template <class T>
using AvPtr = std::unique_ptr<T, AvDeleter>;

using AvOptions = std::vector<std::pair<std::string, std::string>>;

struct FilmSettings {
  std::string container, encoder;  ///< FFmpeg's names.
  AVPixelFormat pixel_format = AV_PIX_FMT_NONE;
  int width = 0, height = 0;
  float frames_per_second = kFramesPerSecond;
  int threads = 0;
  bool is_bt709 = false;  ///< Tags the stream as BT.709, limited range.
  AvOptions encoder_options, container_options, stream_tags;
};

/// Encodes one film into one file. finish() moves the complete file to the target.
class FilmEncoder {
 public:
  /// Throws unwritable or, for an encoder this FFmpeg lacks, unsupported.
  FilmEncoder(const std::filesystem::path& path, const FilmSettings& settings);

  /// A writable frame of the settings' size and pixel format, reused for all frames.
  AVFrame& frame();
  /// Encodes frame() as the next one.
  void encode_frame();
  void finish();

 private:
  void open_encoder(const FilmSettings& settings);
  void open_container(const FilmSettings& settings);
  void drain();
  void check(int result) const;

  OutputFile file_;
  std::string name_;
  AvPtr<AVFormatContext> container_;
  AvPtr<AVCodecContext> encoder_;
  AvPtr<AVFrame> frame_;
  AvPtr<AVPacket> packet_;
  std::int64_t frames_ = 0;
};

}  // namespace portrait_depth::io
