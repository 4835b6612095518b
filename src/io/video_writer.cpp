#include <algorithm>
#include <cmath>

extern "C" {
#include <libavutil/log.h>
}

#include "io/film_writers.hpp"
#include "io/output_file.hpp"
#include "io/threaded_writer.hpp"
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

std::unique_ptr<VideoWriter> create_unthreaded_writer(const std::filesystem::path& path,
                                                      const VideoOptions& options) {
  // What matters of FFmpeg's messages comes back as an error.
  av_log_set_level(AV_LOG_QUIET);
  const std::string format = video_format(path, options.format);
  if (!options.codec.empty() && format != "webm")
    throw Error(ErrorCode::unsupported, path.string() + ": only webm leaves the choice of a codec");
  if (format == "gif") return io::create_gif(path, options);
  if (format == "png") return io::create_png_sequence(path);
  return io::create_color_film(path, format, options);
}

}  // namespace

std::unique_ptr<VideoWriter> create_video_writer(const std::filesystem::path& path,
                                                 const VideoOptions& options) {
  check_options(options);
  return std::make_unique<io::ThreadedWriter>(create_unthreaded_writer(path, options), path.string());
}

std::string video_format(const std::filesystem::path& path, const std::string& format) {
  if (format.empty() && path != "-" && io::names_folder(path)) return "png";
  std::string named = io::output_format(path, format);
  const auto known = video_formats();
  if (std::find(known.begin(), known.end(), named) == known.end())
    throw Error(ErrorCode::unsupported, (path == "-" ? std::string("standard output") : path.string()) +
                                            ": films cannot be written as " + named +
                                            "; take gif, webm, mp4, webp, avif or png");
  return named;
}

std::vector<std::string> video_formats() {
  return {"gif", "webm", "mp4", "webp", "avif", "png"};
}

}  // namespace portrait_depth
