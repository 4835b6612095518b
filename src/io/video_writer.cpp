// A film's options are checked against the row of its format; the row's writer runs on a thread of its own.
#include <algorithm>
#include <cmath>

extern "C" {
#include <libavutil/log.h>
}

#include "film/formats.hpp"
#include "io/film_writers.hpp"
#include "io/output_file.hpp"
#include "io/threaded_writer.hpp"
#include "portrait_depth/io.hpp"
#include "text/number_text.hpp"

namespace portrait_depth {
namespace {

// Adds the file's name to the errors about a film's format and options.
template <class Work>
auto named(const std::filesystem::path& path, const Work& work) {
  try {
    return work();
  } catch (const Error& error) {
    throw Error(error.code(), io::output_name(path) + ": " + error.what());
  }
}

void check_options(const FilmFormat& format, const VideoOptions& options) {
  if (!std::isfinite(options.frames_per_second) || options.frames_per_second <= 0)
    throw Error(ErrorCode::invalid_argument, "a film needs a number of frames per second above 0");
  if (options.loops < 0) throw Error(ErrorCode::invalid_argument, "the number of loops must not be negative");
  if (!(options.quality >= 0 && options.quality <= 1))
    throw Error(ErrorCode::invalid_argument, "the quality of a film lies between 0 and 1");
  if (options.frames_per_second > format.largest_frames_per_second)
    throw Error(ErrorCode::unsupported, format.extension + " films play at most " +
                                            number_text(format.largest_frames_per_second, 4) +
                                            " frames per second; take a lower rate or another format");
}

// A folder holds one picture a frame.
std::string format_of_folders() {
  const auto formats = film_formats();
  return std::find_if(formats.begin(), formats.end(),
                      [](const FilmFormat& format) { return format.kind == FilmKind::frames; })
      ->extension;
}

}  // namespace

std::unique_ptr<VideoWriter> create_video_writer(const std::filesystem::path& path,
                                                 const VideoOptions& options) {
  // FFmpeg's messages arrive as errors.
  av_log_set_level(AV_LOG_QUIET);
  const FilmFormat& format = film_format(video_format(path, options.format));
  const FilmCodec& codec = named(path, [&]() -> const FilmCodec& {
    check_options(format, options);
    return film_codec(format, options.codec);
  });
  const std::string alpha_error =
      codec.has_alpha ? "" : film::no_transparency_message(format, codec) + ", or another background";
  return std::make_unique<io::ThreadedWriter>(io::film_writer(format)(path, format, options),
                                              io::output_name(path), alpha_error);
}

std::string video_format(const std::filesystem::path& path, const std::string& format) {
  if (format.empty() && path != "-" && io::names_folder(path)) return format_of_folders();
  const std::string extension = io::output_format(path, format);
  return named(path, [&] { return film_format(extension).extension; });
}

std::vector<std::string> video_formats() {
  std::vector<std::string> extensions;
  for (const FilmFormat& format : film_formats()) extensions.push_back(format.extension);
  return extensions;
}

}  // namespace portrait_depth
