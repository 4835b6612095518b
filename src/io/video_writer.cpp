#include <cmath>

extern "C" {
#include <libavutil/log.h>
}

#include "io/film_writers.hpp"
#include "io/output_file.hpp"
#include "portrait_depth/io.hpp"

namespace portrait_depth {
namespace io {

bool FrameCheck::accept(const Image& frame) {
  if (finished_) throw Error(ErrorCode::invalid_argument, name_ + ": a finished film takes no more frames");
  if (frame.empty()) throw Error(ErrorCode::invalid_argument, name_ + ": a frame must not be empty");
  const bool is_first = width_ == 0;
  if (!is_first && (frame.width() != width_ || frame.height() != height_ || frame.channels() != channels_))
    throw Error(ErrorCode::invalid_argument, name_ + ": all frames of a film must have one size and kind");
  width_ = frame.width();
  height_ = frame.height();
  channels_ = frame.channels();
  return is_first;
}

void FrameCheck::finish() {
  if (finished_) throw Error(ErrorCode::invalid_argument, name_ + ": the film is finished already");
  if (width_ == 0) throw Error(ErrorCode::invalid_argument, name_ + ": a film needs at least one frame");
  finished_ = true;
}

}  // namespace io

namespace {

void check_options(const VideoOptions& options) {
  if (!std::isfinite(options.frames_per_second) || options.frames_per_second <= 0)
    throw Error(ErrorCode::invalid_argument, "a film needs a number of frames per second above 0");
  if (options.loops < 0) throw Error(ErrorCode::invalid_argument, "the number of loops must not be negative");
  if (!(options.quality >= 0 && options.quality <= 1))
    throw Error(ErrorCode::invalid_argument, "the quality of a film lies between 0 and 1");
}

}  // namespace

std::unique_ptr<VideoWriter> create_video_writer(const std::filesystem::path& path,
                                                 const VideoOptions& options) {
  check_options(options);
  // What matters of FFmpeg's messages comes back as an error.
  av_log_set_level(AV_LOG_QUIET);
  const bool is_folder =
      options.format.empty() && path != "-" && (!path.has_filename() || std::filesystem::is_directory(path));
  const std::string format = is_folder ? "png" : io::output_format(path, options.format);
  if (!options.codec.empty() && format != "webm")
    throw Error(ErrorCode::unsupported, path.string() + ": only webm leaves the choice of a codec");
  if (format == "gif") return io::create_gif(path, options);
  if (format == "png") return io::create_png_sequence(path);
  if (format == "webm" || format == "mp4" || format == "webp" || format == "avif")
    return io::create_colour_film(path, format, options);
  throw Error(ErrorCode::unsupported, (path == "-" ? std::string("standard output") : path.string()) +
                                          ": films cannot be written as " + format +
                                          "; take gif, webm, mp4, webp, avif or png");
}

std::vector<std::string> video_formats() {
  return {"gif", "webm", "mp4", "webp", "avif", "png"};
}

}  // namespace portrait_depth
