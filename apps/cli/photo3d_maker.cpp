#include "photo3d_maker.hpp"

#include <algorithm>

#include "camera_path_file.hpp"
#include "film_output.hpp"
#include "scene_output.hpp"
#include "still_output.hpp"

namespace portrait_depth::cli {
namespace {

std::vector<CameraKeyframe> keyframes_of(const Photo3DCommandOptions& options) {
  return options.path_file.empty() ? std::vector<CameraKeyframe>() : read_camera_path(options.path_file);
}

DepthPhotoChoice depth_photo_choice(const Photo3DCommandOptions& options) {
  return {.is_pair = options.pair,
          .form = depth_photo_form(options.depth_form),
          .keeps_capture = options.keep_capture};
}

// The photo's own place with the path's zoom, so that no border shows.
CameraPose photo_place(const CameraPath& path) {
  CameraPose pose;
  pose.zoom = path.front().zoom;
  return pose;
}

}  // namespace

Photo3DMaker::Photo3DMaker(const Photo3DCommandOptions& options, Networks& networks)
    : options_(options),
      keyframes_(keyframes_of(options)),
      person_depth_(options.common, options.person, options.depth, networks),
      background_(options.background, options.common),
      threads_(options.common.threads_of_a_photo()) {}

OutputRule Photo3DMaker::rule() {
  return {.suffix = "-3d", .extension = "gif", .formats = photo3d_formats()};
}

float Photo3DMaker::seconds() const {
  return keyframes_.empty() ? options_.camera.duration_seconds
                            : keyframes_.back().time_seconds - keyframes_.front().time_seconds;
}

void Photo3DMaker::make(const Photo3DJob& job, const PhotoInput& input, Report& report) {
  report.facts["format"] = job.format;
  const PhotoInfo info = input.info();
  const PixelSize size = frame_size(job, info);
  const bool is_whole = job.kind == Photo3DKind::photo_with_depth;
  const Photo photo = input.load(options_.common, report, is_whole ? 0 : short_side_for(info, size));
  const PhotoDepth depth = person_depth_.estimate(input, photo, DepthLimits{}, report, 0.15, 0.25);
  if (is_whole) return write_depth_photo(photo, depth.depth, job, depth_photo_choice(options_), report);
  report.stage("build", 0.4);
  Photo3DOptions build = build_options(photo.image, size);
  build.background_metres = depth.background_metres;
  if (depth.background_metres) report.facts["background_metres"] = *depth.background_metres;
  const Photo3D photo3d = Photo3D::build(photo.image, depth.depth, build, report.progress());
  write(photo3d, camera_path(photo3d, job), size, job, report);
}

void Photo3DMaker::write(const Photo3D& photo3d, const CameraPath& path, PixelSize size,
                         const Photo3DJob& job, Report& report) {
  if (job.kind == Photo3DKind::stereo_picture)
    return write_stereo_picture(photo3d, photo_place(path), size, *job.layout, job, threads_, report);
  if (job.kind == Photo3DKind::mesh) return write_scene(photo3d, path, job, report);
  report.facts["frames"] = path.size();
  report.facts["frames_per_second"] = job.frames_per_second;
  if (job.kind == Photo3DKind::scene) return write_scene(photo3d, path, job, report);
  write_film(photo3d, path, size, job, options_, threads_, report);
}

CameraPath Photo3DMaker::camera_path(const Photo3D& photo3d, const Photo3DJob& job) const {
  CameraPathOptions camera = options_.camera;
  camera.frames_per_second = job.frames_per_second;
  camera.limit = !options_.no_limit;
  return keyframes_.empty() ? photo3d.camera_path(camera) : photo3d.camera_path(keyframes_, camera);
}

Photo3DOptions Photo3DMaker::build_options(const Image& image, PixelSize size) {
  Photo3DOptions build;
  if (options_.is_original()) build.scene = SceneKind::original;
  build.background = background_.background(size);
  build.relief = options_.relief;
  build.max_texture_size = std::max(image.width(), image.height());
  build.focus_metres = options_.focus_metres;
  build.threads = options_.common.threads_of_a_photo();
  return build;
}

}  // namespace portrait_depth::cli
