// The ways of making a 3D photo that are compared.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "portrait_depth/photo3d.hpp"

namespace portrait_depth {

/// What every method gets. All planes have the photo's size.
struct MethodInput {
  ImageView photo;
  PlaneView<const float> metres, mask;
  Intrinsics intrinsics;
  float head_metres = 1, background_metres = 2;
};

/// Draws the frame of the photo's size that a pose shows; lengths of the pose are in distances of the head.
using DrawFrame = std::function<void(const CameraPose& pose, Image& frame)>;

struct Method {
  std::string name;         ///< As the table has it.
  std::string description;  ///< One sentence.
  std::function<DrawFrame(const MethodInput&, ThreadPool&)> prepare;
};

/// The product first, then what it is compared with.
const std::vector<Method>& methods();

}  // namespace portrait_depth
