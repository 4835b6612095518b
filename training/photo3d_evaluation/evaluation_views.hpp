// Input of the evaluation, from `people render`: a photo, its true depth and matte, and the true views of
// other cameras.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "portrait_depth/camera_path.hpp"
#include "portrait_depth/image.hpp"

namespace portrait_depth {

struct TrueView {
  Image picture;
  Plane<float> mask;
  Plane<float> metres;  ///< NaN in the background.
  CameraPose pose;      ///< In units of the head's distance.
};

struct RenderedPerson {
  std::string name;
  Intrinsics intrinsics;
  float head_metres = 0, background_metres = 0;
  TrueView photo;
  std::vector<TrueView> views;
};

/// Reads STEM.json and its pictures and depth. Throws Error that names a missing or broken file.
RenderedPerson read_person(const std::filesystem::path& stem);

}  // namespace portrait_depth
