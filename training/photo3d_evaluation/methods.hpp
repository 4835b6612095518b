// The compared methods of making a 3D photo.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "portrait_depth/photo3d.hpp"

namespace portrait_depth {

/// The input of every method. All planes have the photo's size.
struct MethodInput {
  ImageView photo;
  PlaneView<const float> metres, mask;
  Intrinsics intrinsics;
  float head_metres = 1, background_metres = 2;
  std::optional<float> edge_slope = {};  ///< Of the product, see Photo3DOptions.
};

/// Draws a pose's frame of the photo's size; lengths of the pose are in units of the head's distance.
using DrawFrame = std::function<void(const CameraPose& pose, Image& frame)>;

struct Method {
  std::string name;         ///< In the table.
  std::string description;  ///< One sentence.
  std::function<DrawFrame(const MethodInput&, ThreadPool&)> prepare;
};

/// The product first, then the others.
const std::vector<Method>& methods();

}  // namespace portrait_depth
