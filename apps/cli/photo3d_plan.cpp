#include "photo3d_plan.hpp"

#include <algorithm>
#include <cmath>

#include "command.hpp"
#include "photo3d_rules.hpp"
#include "portrait_depth/embedded_depth.hpp"
#include "size_option.hpp"
#include "still_output.hpp"

namespace portrait_depth::cli {
namespace {

std::optional<ExportFormat> scene_format(const std::string& extension) {
  for (const ExportFormat& format : export_formats())
    if (format.extension == extension) return format;
  return std::nullopt;
}

void choose_kind(Photo3DJob& job) {
  if (is_still_format(job.format, job.layout)) {
    job.kind = job.layout ? Photo3DKind::stereo_picture : Photo3DKind::photo_with_depth;
  } else if (const auto scene = scene_format(job.format)) {
    job.kind = scene->has_camera ? Photo3DKind::scene : Photo3DKind::mesh;
    job.has_scene_zoom = scene->has_zoom;
  } else {
    job.film = &film_format(job.format);
    job.kind = job.film->kind == FilmKind::frames ? Photo3DKind::frames : Photo3DKind::film;
  }
}

}  // namespace

std::vector<std::string> photo3d_formats() {
  std::vector<std::string> extensions;
  const auto add = [&](const std::string& extension) {
    if (std::find(extensions.begin(), extensions.end(), extension) == extensions.end())
      extensions.push_back(extension);
  };
  for (const FilmFormat& format : film_formats()) add(format.extension);
  for (const ExportFormat& format : export_formats()) add(format.extension);
  for (const StillFormat& format : kStillFormats) add(format.extension);
  return extensions;
}

Photo3DJob plan_photo3d(const Job& named, const Photo3DCommandOptions& options) {
  Photo3DJob job{named};
  job.layout = stereo_layout(options.stereo);
  choose_kind(job);
  if (!options.size.empty()) {
    const PixelSize size = parse_size(options.size, "--size");
    job.width = size.width;
    job.height = size.height;
  } else {
    job.height = options.height;
  }
  job.frames_per_second = options.frames_per_second.value_or(
      job.film == nullptr ? kFramesPerSecond : job.film->usual_frames_per_second);
  check_photo3d(job, options);
  // The writer checks the rest: codec, frame rate, loops, name.
  if (job.film != nullptr) film_writer(job, options);
  return job;
}

std::vector<std::filesystem::path> files_of(const Photo3DJob& job, const Photo3DCommandOptions& options,
                                            float duration_seconds) {
  if (options.pair) return {job.output, depth_pair_path(job.output)};
  if (job.kind != Photo3DKind::frames) return {job.output};
  std::vector<std::filesystem::path> frames;
  const float count = duration_seconds * job.frames_per_second;
  for (int number = 1; static_cast<float>(number) <= count + 1; ++number)
    frames.push_back(png_frame_path(job.output, number));
  return frames;
}

std::unique_ptr<VideoWriter> film_writer(const Photo3DJob& job, const Photo3DCommandOptions& options) {
  return create_video_writer(job.output, {.frames_per_second = job.frames_per_second,
                                          .loops = options.loops,
                                          .quality = options.quality,
                                          // Codecs' results depend on it, so --jobs does not change it.
                                          .threads = options.common.threads,
                                          .format = job.format,
                                          .codec = options.codec});
}

PixelSize frame_size(const Photo3DJob& job, const PhotoInfo& photo) {
  const PixelSize whole = {photo.width, photo.height};
  const bool is_free = !job.width && !job.height;
  if (job.is_still() && is_free)
    return film_frame_size(whole, "", {}, usual_still_height(job.layout, photo.height));
  return film_frame_size(whole, job.film == nullptr ? "" : job.format, job.width, job.height);
}

}  // namespace portrait_depth::cli
