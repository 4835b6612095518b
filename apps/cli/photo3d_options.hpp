// The options of photo3d as the command line gives them.
#pragma once

#include <optional>
#include <string>

#include "job_options.hpp"
#include "person_depth.hpp"
#include "portrait_depth/film.hpp"
#include "portrait_depth/photo3d.hpp"

namespace portrait_depth::cli {

struct Photo3DCommandOptions {
  const CLI::App* command = nullptr;  ///< Has the given options.
  JobOptions common;
  NetworkOptions networks;
  PersonOptions person;
  DepthOptions depth;
  CameraPathOptions camera;
  std::string scene = "cut", size, background = "fill", codec, path_file, stereo;
  std::optional<int> height;
  std::optional<float> frames_per_second, focus_metres;
  float relief = 1.0f, quality = kFilmQuality;
  int loops = 0;
  bool no_limit = false, pair = false, keep_capture = false;
  std::string depth_form;  ///< Of the depth inside a photo; empty: the file format's usual one.

  bool is_original() const { return scene == "original"; }
};

/// The options that change the result.
void add_photo3d_result_options(CLI::App& command, Photo3DCommandOptions& options);

}  // namespace portrait_depth::cli
