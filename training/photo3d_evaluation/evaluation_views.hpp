// People as `people render` wrote them: a photo, its true depth and matte, and the true views from elsewhere.
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
  CameraPose pose;  ///< In distances of the head, which is 1 away.
};

struct TestPerson {
  std::string name;
  Intrinsics intrinsics;
  float head_metres = 0, background_metres = 0;
  TrueView photo;
  Plane<float> metres;  ///< Of the photo; NaN where nobody is.
  std::vector<TrueView> views;
};

/// Reads STEM.json and the files that belong to it. Throws Error that names what is missing or broken.
TestPerson read_person(const std::filesystem::path& stem);

}  // namespace portrait_depth
