// portrait-depth photo3d: a photo becomes a 3D photo that moves.
#include <algorithm>
#include <string>
#include <vector>

#include "background_option.hpp"
#include "camera_path_file.hpp"
#include "command.hpp"
#include "film_output.hpp"
#include "person_depth.hpp"
#include "photo3d_options.hpp"
#include "photo3d_plan.hpp"
#include "photo3d_rules.hpp"
#include "photo_input.hpp"
#include "portrait_depth/photo3d.hpp"
#include "report.hpp"
#include "scene_output.hpp"
#include "still_output.hpp"

namespace portrait_depth::cli {
namespace {

using Options = Photo3DCommandOptions;

constexpr const char* kFooter = R"(The extension of OUT decides: see --list-formats.

Examples:
  portrait-depth photo3d anna.jpg                          writes anna-3d.gif
  portrait-depth photo3d anna.jpg -o anna.webm --height 1080
  portrait-depth photo3d anna.jpg -o anna.mp4 --preset sway --duration 4
  portrait-depth photo3d anna.jpg -o anna.webm --background none
  portrait-depth photo3d anna.jpg -o frames/ --format png  one picture a frame
  portrait-depth photo3d anna.jpg -o anna-depth.jpg        the photo with its depth inside
  portrait-depth photo3d anna.jpg -o q.png --stereo quilt  for holographic displays
  portrait-depth photo3d photos/ -o films/ --format webm   a folder at a time
  cat anna.jpg | portrait-depth photo3d - -o - --format gif > anna.gif)";

std::vector<CameraKeyframe> keyframes_of(const Options& options) {
  return options.path_file.empty() ? std::vector<CameraKeyframe>() : read_camera_path(options.path_file);
}

// The photo's own place with the path's zoom, so that no border shows.
CameraPose photo_place(const CameraPath& path) {
  CameraPose pose;
  pose.zoom = path.front().zoom;
  return pose;
}

// Everything that is made once and serves all photos.
class Photo3DMaker {
 public:
  explicit Photo3DMaker(const Options& options)
      : options_(options),
        keyframes_(keyframes_of(options)),
        person_depth_(options.common, options.person, options.depth),
        background_(options.background, options.common),
        threads_(options.common.threads) {}

  // All jobs are planned before the first photo is read.
  std::vector<Photo3DJob> plan() const {
    const OutputRule rule = {.suffix = "-3d", .extension = "gif", .formats = photo3d_formats()};
    const std::vector<Job> named = name_jobs(options_.common, rule);
    const float seconds = keyframes_.empty()
                              ? options_.camera.duration_seconds
                              : keyframes_.back().time_seconds - keyframes_.front().time_seconds;
    std::vector<Photo3DJob> jobs;
    std::vector<std::vector<std::filesystem::path>> files;
    for (const Job& job : named) {
      jobs.push_back(plan_photo3d(job, options_));
      files.push_back(files_of(jobs.back(), options_, seconds));
    }
    prepare_outputs(named, files,
                    {{"the mask's", options_.person.mask},
                     {"the network's", options_.depth.model},
                     {"the background's", options_.background},
                     {"the camera path's", options_.path_file}},
                    options_.common);
    return jobs;
  }

  void make(const Photo3DJob& job, Report& report) {
    report.stage("load", 0.1);
    report.facts["format"] = job.format;
    const PhotoInput input(job.input);
    const PhotoInfo info = input.info();
    const PixelSize size = frame_size(job, info);
    const bool is_whole = job.kind == Photo3DKind::photo_with_depth;
    const Photo photo = input.load(options_.common, report, is_whole ? 0 : short_side_for(info, size));
    const DepthMap depth = person_depth_.estimate(photo, DepthLimits{}, report, 0.15, 0.25);
    if (is_whole) return write_depth_photo(photo, depth, job, {options_.pair, options_.keep_capture}, report);
    report.stage("build", 0.4);
    const Photo3D photo3d =
        Photo3D::build(photo.image, depth, build_options(photo.image, size), report.progress());
    write(photo3d, camera_path(photo3d, job), size, job, report);
  }

 private:
  void write(const Photo3D& photo3d, const CameraPath& path, PixelSize size, const Photo3DJob& job,
             Report& report) {
    if (job.kind == Photo3DKind::stereo_picture)
      return write_stereo_picture(photo3d, photo_place(path), size, *job.layout, job, threads_, report);
    if (job.kind == Photo3DKind::mesh) return write_scene(photo3d, path, job, report);
    report.facts["frames"] = path.size();
    report.facts["frames_per_second"] = job.frames_per_second;
    if (job.kind == Photo3DKind::scene) return write_scene(photo3d, path, job, report);
    write_film(photo3d, path, size, job, options_, threads_, report);
  }

  CameraPath camera_path(const Photo3D& photo3d, const Photo3DJob& job) const {
    CameraPathOptions camera = options_.camera;
    camera.frames_per_second = job.frames_per_second;
    camera.limit = !options_.no_limit;
    return keyframes_.empty() ? photo3d.camera_path(camera) : photo3d.camera_path(keyframes_, camera);
  }

  Photo3DOptions build_options(const Image& image, PixelSize size) {
    Photo3DOptions build;
    if (options_.is_original()) build.scene = SceneKind::original;
    build.background = background_.background(size);
    build.relief = options_.relief;
    build.max_texture_size = std::max(image.width(), image.height());
    build.focus_metres = options_.focus_metres;
    build.threads = options_.common.threads;
    return build;
  }

  const Options& options_;
  std::vector<CameraKeyframe> keyframes_;
  PersonDepth person_depth_;
  BackgroundChoice background_;
  ThreadPool threads_;
};

int run(const Options& options) {
  check_combinations(options);
  Photo3DMaker maker(options);
  return run_jobs("photo3d", options.common, maker.plan(),
                  [&](const Photo3DJob& job, Report& report) { maker.make(job, report); });
}

}  // namespace

Command add_photo3d_command(CLI::App& app) {
  return make_command(app, "photo3d", "Turn a portrait into a 3D photo that moves", kFooter,
                      add_photo3d_options, run);
}

}  // namespace portrait_depth::cli
