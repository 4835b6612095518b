#include "photo3d_options.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "portrait_depth/film.hpp"

namespace portrait_depth::cli {
namespace {

std::vector<std::string> preset_names() {
  std::vector<std::string> names;
  for (const auto& preset : camera_presets()) names.push_back(preset.name);
  return names;
}

// "480 for gif, webp (longer side), else 720".
std::string usual_sides() {
  std::string names;
  int longer_side = 0;
  for (const FilmFormat& format : film_formats())
    if (format.usual_longer_side > 0) {
      longer_side = format.usual_longer_side;
      names.append(names.empty() ? "" : ", ").append(format.extension);
    }
  return std::to_string(longer_side) + " for " + names + " (longer side), else " +
         std::to_string(FilmFormat().usual_height);
}

std::string usual_rates() {
  const auto text = [](float rate) { return std::to_string(std::lround(rate)); };
  std::string rates;
  for (const FilmFormat& format : film_formats())
    if (format.usual_frames_per_second != kFramesPerSecond)
      rates += text(format.usual_frames_per_second) + " for " + format.extension + ", ";
  return rates + "else " + text(kFramesPerSecond);
}

// The codecs of formats with several ones.
std::vector<std::string> codec_names() {
  std::vector<std::string> names;
  for (const FilmFormat& format : film_formats())
    if (format.codecs.size() > 1)
      for (const FilmCodec& codec : format.codecs)
        if (std::find(names.begin(), names.end(), codec.name) == names.end()) names.push_back(codec.name);
  return names;
}

void add_camera_options(CLI::App& app, Photo3DCommandOptions& options) {
  app.add_option("--preset", options.camera.preset, "The camera's movement: see --list-presets")
      ->check(one_of(preset_names()))
      ->capture_default_str();
  app.add_option("--duration", options.camera.duration_seconds, "Length of the loop in seconds")
      ->check(number_between(0.05, 600))
      ->type_name("S")
      ->capture_default_str();
  app.add_option("--strength", options.camera.strength, "Multiplies the camera's movement")
      ->check(number_between(0, 10))
      ->type_name("X")
      ->capture_default_str();
  app.add_option("--path", options.path_file,
                 "Key frames of the camera from a JSON file instead of --preset, --duration, --strength")
      ->type_name("FILE.json");
  app.add_option("--focus", options.focus_metres,
                 "Metres to the plane that does not move; default: the head's")
      ->check(number_between(0.05, 1000))
      ->type_name("M");
  app.add_flag("--no-limit", options.no_limit, "Allow views beyond the photo's borders");
}

void add_picture_options(CLI::App& app, Photo3DCommandOptions& options) {
  app.add_option("--scene", options.scene,
                 "cut: surfaces cut at depth edges before a filled background; original: the 2022 demo of "
                 "TensorFlow.js, for comparison")
      ->check(one_of({"cut", "original"}))
      ->capture_default_str();
  auto* size = app.add_option("--size", options.size, "Size of the frames; the photo is cropped to fill it")
                   ->type_name("WxH");
  app.add_option("--height", options.height, "Height of the frames; default: " + usual_sides())
      ->check(whole_between(kLeastFrameSide, kMostFrameSide))
      ->excludes(size)
      ->type_name("N");
  app.add_option("--relief", options.relief, "Multiplies the depth around the head; 0 is flat")
      ->check(number_between(0, 5))
      ->type_name("X")
      ->capture_default_str();
  app.add_option(
         "--stereo", options.stereo,
         "Views for both eyes: side-by-side, or anaglyph for red and cyan glasses; quilt: 8 x 6 views for "
         "holographic displays. A .jpg is one picture (a .png too, as a quilt)")
      ->check(one_of({"side-by-side", "anaglyph", "quilt"}));
  app.add_option("--background", options.background, "fill, blur, none, #rrggbb or a picture")
      ->type_name("KIND|PICTURE")
      ->capture_default_str();
}

void add_film_options(CLI::App& app, Photo3DCommandOptions& options) {
  app.add_option("--fps", options.frames_per_second, "Frames per second; default: " + usual_rates())
      ->check(number_between(0.1, 240))
      ->type_name("N");
  app.add_option("--loops", options.loops, "Number of times that a GIF or WebP plays; 0: forever")
      ->check(whole_between(0, 65535))
      ->capture_default_str();
  app.add_option("--quality", options.quality, "Quality of a film: 0 (small) to 1 (good)")
      ->check(number_between(0, 1))
      ->capture_default_str();
  app.add_option("--codec", options.codec, "Codec of a WebM: vp9 or av1")->check(one_of(codec_names()));
  app.add_flag("--keep-capture", options.keep_capture,
               "With a .jpg or .heic with depth: keep the capture date and the camera's make and model, not "
               "the place");
  app.add_option("--depth-form", options.depth_form,
                 "Form of the depth inside a photo: gdepth, which most programs read (default of a .jpg), "
                 "dynamic-depth (Google's Dynamic Depth 1.0) or apple (the form of a .heic)")
      ->check(one_of({"gdepth", "dynamic-depth", "apple"}));
  app.add_flag("--pair", options.pair, "With a .jpg: the depth in NAME_depth.png beside it, not inside");
}

}  // namespace

void add_photo3d_result_options(CLI::App& command, Photo3DCommandOptions& options) {
  options.command = &command;
  add_camera_options(command, options);
  add_picture_options(command, options);
  add_film_options(command, options);
  add_person_options(command, options.person);
  add_depth_options(command, options.depth);
}

}  // namespace portrait_depth::cli
