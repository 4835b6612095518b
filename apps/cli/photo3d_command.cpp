// portrait-depth photo3d: a photo becomes a 3D photo that moves.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "camera_path_file.hpp"
#include "command.hpp"
#include "job_options.hpp"
#include "person_depth.hpp"
#include "photo3d_kind.hpp"
#include "photo3d_output.hpp"
#include "photo_input.hpp"
#include "portrait_depth/embedded_depth.hpp"
#include "portrait_depth/export.hpp"
#include "portrait_depth/photo3d.hpp"
#include "report.hpp"
#include "still_output.hpp"

namespace portrait_depth::cli {
namespace {

struct Options {
  const CLI::App* command = nullptr;  // knows which options were given
  JobOptions common;
  PersonOptions person;
  DepthOptions depth;
  CameraPathOptions camera;
  std::string size, background = "fill", codec, path_file, stereo;
  std::optional<int> height;
  std::optional<float> frames_per_second, focus_metres;
  float relief = 1.0f, quality = 0.75f;
  int loops = 0;
  bool no_limit = false, pair = false;
};

// Not a camera path alone: the whole 3D photo as the 2022 demo of TensorFlow.js made it, to compare with.
constexpr const char* kOriginalPreset = "original";

bool is_original(const Options& options) {
  return options.camera.preset == kOriginalPreset;
}

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

float frames_per_second(const Options& options, const std::string& format) {
  return options.frames_per_second.value_or(usual_frames_per_second(format));
}

float duration_seconds(const Options& options, const std::vector<CameraKeyframe>& keyframes) {
  if (keyframes.empty()) return options.camera.duration_seconds;
  return keyframes.back().time_seconds - keyframes.front().time_seconds;
}

// A PNG sequence's frames (as many as there can be), a pair's two pictures.
std::vector<std::filesystem::path> files_of(const std::filesystem::path& output, const std::string& format,
                                            const Options& options,
                                            const std::vector<CameraKeyframe>& keyframes) {
  if (options.pair) return {output, depth_pair_path(output)};
  if (format != "png" || is_still(format, stereo_layout(options.stereo))) return {output};
  std::vector<std::filesystem::path> frames;
  const float count = duration_seconds(options, keyframes) * frames_per_second(options, format);
  for (int number = 1; static_cast<float>(number) <= count + 1; ++number)
    frames.push_back(png_frame_path(output, number));
  return frames;
}

std::vector<CameraKeyframe> keyframes_of(const Options& options) {
  return options.path_file.empty() ? std::vector<CameraKeyframe>() : read_camera_path(options.path_file);
}

std::unique_ptr<VideoWriter> film_writer(const std::filesystem::path& output, const std::string& format,
                                         const Options& options) {
  return create_video_writer(output, {.frames_per_second = frames_per_second(options, format),
                                      .loops = options.loops,
                                      .quality = options.quality,
                                      .threads = options.common.threads,
                                      .format = format,
                                      .codec = options.codec});
}

// Nothing that was asked for is left out in silence.
void check_result(const std::filesystem::path& output, const std::string& format, const Options& options) {
  const auto refuse = [&](bool wrong, const std::string& reason) {
    if (wrong) throw WrongUse((output == "-" ? "standard output" : output.string()) + ": " + reason);
  };
  const Photo3DKind kind = kind_of(format, stereo_layout(options.stereo));
  const std::string useless = useless_options(*options.command, kind, is_original(options));
  refuse(!useless.empty(), name_of(kind, format) + " takes no " + useless + "; leave that out");
  refuse(options.background == "none" && (format == "mp4" || format == "avif" || options.codec == "av1"),
         (options.codec.empty() ? format : options.codec) +
             " films have no transparency; take webm (vp9), webp, gif or png, or another --background");
  // What else a film cannot be, its writer says.
  if ((kind & (kFilms | kFrames)) != 0) film_writer(output, format, options);
}

void check_camera(const Options& options) {
  const auto is_given = [&](const std::string& option) { return options.command->count(option) > 0; };
  for (const std::string option : {"--background", "--relief"})
    if (is_original(options) && is_given(option))
      throw WrongUse("--preset original has its own background and relief; leave " + option + " out");
  for (const std::string option : {"--preset", "--duration", "--strength"})
    if (is_given("--path") && is_given(option) && !(option == "--preset" && is_original(options)))
      throw WrongUse("--path says what " + option + " would; leave one of them out");
}

OutputRule output_rule(const Options& options, const std::vector<CameraKeyframe>& keyframes) {
  OutputRule rule{.suffix = "-3d", .extension = "gif", .formats = video_formats()};
  for (const ExportFormat& scene : export_formats()) rule.formats.push_back(scene.extension);
  rule.formats.emplace_back("jpg");
  rule.check = [&](const std::filesystem::path& output, const std::string& format) {
    check_result(output, format, options);
  };
  rule.files = [&](const std::filesystem::path& output, const std::string& format) {
    return files_of(output, format, options, keyframes);
  };
  rule.sources = {{"the mask's", options.person.mask},
                  {"the network's", options.depth.model},
                  {"the background's", options.background},
                  {"the camera path's", options.path_file}};
  return rule;
}

class FrameSink {
 public:
  FrameSink(const Job& job, const std::string& format, const Options& options)
      : writer_(film_writer(job.output, format, options)) {}
  void write(const Image& frame) {
    timed([&] { writer_->write(frame); });
  }
  void finish() {
    timed([&] { writer_->finish(); });
  }
  double seconds() const { return seconds_; }

 private:
  template <class Work>
  void timed(const Work& work) {
    const auto start = std::chrono::steady_clock::now();
    work();
    seconds_ += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  }

  std::unique_ptr<VideoWriter> writer_;
  double seconds_ = 0;
};

// Everything that is made once and serves all photos.
class Photo3DMaker {
 public:
  explicit Photo3DMaker(const Options& options)
      : options_(options),
        keyframes_(keyframes_of(options)),
        rule_(output_rule(options_, keyframes_)),
        person_depth_(options.common, options.person, options.depth),
        background_(options.background, options.common),
        threads_(options.common.threads) {}

  const OutputRule& rule() const { return rule_; }

  void make(const Job& job, Report& report) {
    const std::string format = format_of(job.output, options_.common, rule_);
    report.stage("load", 0.1);
    const PhotoInput input(job.input);
    const PhotoInfo info = input.info();
    const auto layout = stereo_layout(options_.stereo);
    const bool still = is_still(format, layout);
    report.facts["format"] = format;
    const bool is_photo_with_depth = still && !layout;
    const PixelSize size = still ? still_size(info, layout, options_.size, options_.height)
                                 : frame_size(info, format, options_.size, options_.height);
    const Photo photo = input.load(options_.common, is_photo_with_depth ? 0 : short_side_for(info, size));
    if (!photo.info.warning.empty()) report.note(photo.info.warning);
    const DepthMap depth = person_depth_.estimate(photo, DepthLimits{}, report, 0.15, 0.25);
    if (is_photo_with_depth) return write_depth_photo(photo.image, depth, job, options_.pair, report);
    report.stage("build", 0.4);
    const Photo3D photo3d =
        Photo3D::build(photo.image, depth, build_options(photo.image, size), report.progress());
    CameraPathOptions camera = options_.camera;
    if (is_original(options_)) camera.preset = "orbit";
    camera.frames_per_second = frames_per_second(options_, format);
    camera.limit = !options_.no_limit;
    const CameraPath path =
        keyframes_.empty() ? photo3d.camera_path(camera) : photo3d.camera_path(keyframes_, camera);
    if (still)
      return write_stereo_picture(photo3d, own_place(path), size, *layout, job, format, threads_, report);
    if (kind_of(format, layout) != kMesh) {
      report.facts["frames"] = path.size();
      report.facts["frames_per_second"] = camera.frames_per_second;
    }
    if (is_scene(format))
      write_scene(photo3d, job, format, path, report);
    else
      film(photo3d, job, path, size, report);
  }

 private:
  Photo3DOptions build_options(const Image& image, PixelSize size) {
    Photo3DOptions build;
    if (is_original(options_)) build.scene = SceneKind::original;
    build.background = background_.background(size);
    build.relief = options_.relief;
    build.max_texture_size = std::max(image.width(), image.height());
    build.focus_metres = options_.focus_metres;
    build.threads = options_.common.threads;
    return build;
  }

  void film(const Photo3D& photo3d, const Job& job, const CameraPath& path, PixelSize size, Report& report) {
    FrameSink sink(job, report.facts["format"], options_);
    report.stage("render", 1.0);
    const auto write = [&](const Image& frame) { sink.write(frame); };
    if (options_.stereo.empty())
      photo3d.render(path, size.width, size.height, threads_, write, report.progress());
    else
      size = render_for_two_eyes(photo3d, path, size, sink, report.progress());
    sink.finish();
    report.move_seconds("encode", sink.seconds());
    if (report.facts["format"] == "png") report.output = png_frame_path(job.output, 1);
    report.tell_size(size.width, size.height);
    report.text += ", " + std::to_string(path.size()) + " frames";
  }

  // Where the photo was taken from, as near as the path's zoom goes, so that no border shows.
  static CameraPose own_place(const CameraPath& path) {
    CameraPose pose;
    pose.zoom = path.front().zoom;
    return pose;
  }

  // Each view has the size asked for; side by side the frame is twice as wide. Gives the frames' size.
  PixelSize render_for_two_eyes(const Photo3D& photo3d, const CameraPath& path, PixelSize size,
                                FrameSink& sink, const Progress& progress) {
    StereoOptions stereo;
    stereo.layout = *stereo_layout(options_.stereo);
    Image frame;
    for (std::size_t i = 0; i < path.size(); ++i) {
      progress.at(static_cast<double>(i) / static_cast<double>(path.size()));
      render_stereo(photo3d, path[i], size.width, size.height, stereo, frame, threads_);
      sink.write(frame);
    }
    return {frame.width(), frame.height()};
  }

  static bool zooms(const CameraPath& path) {
    constexpr float kHardlySeen = 1.005f;
    const auto [least, most] = std::minmax_element(
        path.begin(), path.end(), [](const CameraPose& a, const CameraPose& b) { return a.zoom < b.zoom; });
    return most->zoom > least->zoom * kHardlySeen;
  }

  void write_scene(const Photo3D& photo3d, const Job& job, const std::string& format, const CameraPath& path,
                   Report& report) {
    report.stage("write", 1.0);
    ExportOptions scene;
    scene.path = path;
    scene.frames_per_second = frames_per_second(options_, format);
    scene.format = format;
    if (job.input != "-") scene.title = std::filesystem::path(job.input).stem().string();
    export_photo3d(photo3d, job.output, scene);
    if (format == "glb" && zooms(path))
      report.note(
          "glTF's cameras cannot zoom: the path's zoom became a move toward what it looks at, so that a "
          "dolly zoom stands still; html and films show it");
    const std::size_t triangles = photo3d.person_mesh().indices.size() / 3;
    report.facts["triangles"] = triangles;
    report.text = std::to_string(triangles) + " triangles";
    if (report.facts.contains("frames")) report.text += ", " + std::to_string(path.size()) + " camera poses";
  }

  const Options& options_;
  std::vector<CameraKeyframe> keyframes_;
  OutputRule rule_;
  PersonDepth person_depth_;
  BackgroundChoice background_;
  ThreadPool threads_;
};

int run(const Options& options) {
  if (!options.stereo.empty() && options.background == "none")
    throw WrongUse("--stereo needs a --background other than none");
  if (options.pair && options.common.output == "-")
    throw WrongUse("--pair writes a .jpg and NAME_depth.png, not to standard output");
  check_camera(options);
  if (!options.size.empty()) parse_size(options.size, "--size");
  Photo3DMaker maker(options);
  const auto jobs = plan_jobs(options.common, maker.rule());
  return run_jobs("photo3d", options.common, jobs,
                  [&](const Job& job, Report& report) { maker.make(job, report); });
}

void list_formats() {
  std::cout
      << "gif   animated GIF, 255 colors, dithered; transparent with --background none\n"
         "webm  WebM, VP9 (--codec av1: AV1); transparent with --background none\n"
         "mp4   MP4, H.264\n"
         "webp  animated WebP; transparent with --background none\n"
         "avif  animated AVIF, AV1\n"
         "png   one picture a frame: name-%04d.png, or a folder; transparent with --background none\n"
         "jpg   the photo with its depth inside (GDepth; --pair: beside it); with --stereo one picture\n";
  for (const ExportFormat& scene : export_formats()) {
    std::string name = scene.extension;
    name.resize(6, ' ');
    std::cout << name << scene.description << "\n";
  }
  std::cout.flush();
  throw CLI::Success();
}

std::vector<std::string> preset_names() {
  std::vector<std::string> names;
  for (const auto& preset : camera_presets()) names.push_back(preset.name);
  names.emplace_back(kOriginalPreset);
  return names;
}

void list_presets() {
  for (const auto& preset : camera_presets()) std::cout << preset.name << "  " << preset.description << "\n";
  std::cout << kOriginalPreset << "  the 3D photo as TensorFlow.js' demo of 2022 made it, to compare with\n";
  std::cout.flush();
  throw CLI::Success();
}

// Of large photos.
std::string usual_side(const std::string& format) {
  return std::to_string(film_frame_size({kMostFrameSide, kMostFrameSide}, format).height);
}

std::string usual_rate(const std::string& format) {
  return std::to_string(std::lround(usual_frames_per_second(format)));
}

void add_film_options(CLI::App& app, Options& options) {
  app.add_option("--preset", options.camera.preset, "How the camera moves: see --list-presets")
      ->check(CLI::IsMember(preset_names()))
      ->capture_default_str();
  auto* size = app.add_option("--size", options.size, "Of the frames; the photo is cropped to fill it")
                   ->type_name("WxH");
  app.add_option("--height", options.height,
                 "Of the frames; left out: " + usual_side("gif") + " for GIF and WebP (longer side), " +
                     usual_side("webm") + " for other films")
      ->check(CLI::Range(kLeastFrameSide, kMostFrameSide))
      ->excludes(size)
      ->type_name("N");
  app.add_option("--fps", options.frames_per_second,
                 "Frames per second; left out: " + usual_rate("gif") + " for GIF, else " + usual_rate("webm"))
      ->check(number_between(0.1, 240))
      ->type_name("N");
  app.add_option("--duration", options.camera.duration_seconds, "Of the loop, in seconds")
      ->check(number_between(0.05, 600))
      ->type_name("S")
      ->capture_default_str();
  app.add_option("--strength", options.camera.strength, "Multiplies the camera's movement")
      ->check(number_between(0, 10))
      ->type_name("X")
      ->capture_default_str();
  app.add_option("--relief", options.relief, "Multiplies the depth around the head; 0 is flat")
      ->check(number_between(0, 5))
      ->type_name("X")
      ->capture_default_str();
  app.add_option("--path", options.path_file,
                 "Key frames of the camera from a JSON file instead of --preset, --duration, --strength")
      ->type_name("FILE.json");
  app.add_option("--focus", options.focus_metres,
                 "Metres to the plane that stands still; left out: the head's")
      ->check(number_between(0.05, 1000))
      ->type_name("M");
  app.add_option("--stereo", options.stereo,
                 "For two eyes: side-by-side, or anaglyph for red and cyan glasses; quilt: 8 x 6 views for "
                 "holographic displays. A .jpg is one picture (a .png too, as a quilt)")
      ->check(CLI::IsMember({"side-by-side", "anaglyph", "quilt"}));
  app.add_flag("--no-limit", options.no_limit, "Let the camera go where the photo shows nothing");
  app.add_option("--background", options.background, "fill, blur, none, #rrggbb or a picture")
      ->type_name("KIND|PICTURE")
      ->capture_default_str();
}

void add_file_options(CLI::App& app, Options& options) {
  app.add_option("--loops", options.loops, "How often a GIF or WebP plays; 0: for ever")
      ->check(CLI::Range(0, 65535))
      ->capture_default_str();
  app.add_option("--quality", options.quality, "Of a film: 0 (small) to 1 (good)")
      ->check(number_between(0, 1))
      ->capture_default_str();
  app.add_option("--codec", options.codec, "Of a WebM: vp9 or av1")->check(CLI::IsMember({"vp9", "av1"}));
  app.add_flag("--pair", options.pair, "With a .jpg: the depth in NAME_depth.png beside it, not inside");
  app.add_flag_callback("--list-formats", list_formats, "List the formats that OUT can have");
  app.add_flag_callback("--list-presets", list_presets, "List the ways the camera can move");
}

void add_options(CLI::App& command, Options& options) {
  options.command = &command;
  add_input_options(command, options.common);
  add_output_options(command, options.common);
  add_film_options(command, options);
  add_file_options(command, options);
  add_person_options(command, options.person);
  add_depth_options(command, options.depth);
  add_report_options(command, options.common);
}

}  // namespace

Command add_photo3d_command(CLI::App& app) {
  return make_command(app, "photo3d", "Turn a portrait into a 3D photo that moves", kFooter, add_options,
                      run);
}

}  // namespace portrait_depth::cli
