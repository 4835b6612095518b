#include <cmath>

extern "C" {
#include <libavutil/log.h>
}

#include "io/background_writer.hpp"
#include "io/film_writers.hpp"
#include "io/output_file.hpp"
#include "portrait_depth/io.hpp"

namespace portrait_depth {
namespace {

void check_options(const VideoOptions& options) {
  if (!std::isfinite(options.frames_per_second) || options.frames_per_second <= 0)
    throw Error(ErrorCode::invalid_argument, "a film needs a number of frames per second above 0");
  if (options.loops < 0) throw Error(ErrorCode::invalid_argument, "the number of loops must not be negative");
  if (!(options.quality >= 0 && options.quality <= 1))
    throw Error(ErrorCode::invalid_argument, "the quality of a film lies between 0 and 1");
}

std::unique_ptr<VideoWriter> create_foreground_writer(const std::filesystem::path& path,
                                                      const VideoOptions& options) {
  // What matters of FFmpeg's messages comes back as an error.
  av_log_set_level(AV_LOG_QUIET);
  std::error_code error;
  const bool is_folder = options.format.empty() && path != "-" &&
                         (!path.has_filename() || std::filesystem::is_directory(path, error));
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

}  // namespace

std::unique_ptr<VideoWriter> create_video_writer(const std::filesystem::path& path,
                                                 const VideoOptions& options) {
  check_options(options);
  return std::make_unique<io::BackgroundWriter>(create_foreground_writer(path, options), path.string());
}

std::vector<std::string> video_formats() {
  return {"gif", "webm", "mp4", "webp", "avif", "png"};
}

}  // namespace portrait_depth
