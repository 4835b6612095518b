// A photo on a plane behind the person: a background that moves with its distance.
#pragma once

#include <filesystem>

#include "camera_views.hpp"
#include "portrait_depth/image.hpp"
#include "random.hpp"

namespace portrait_depth::people {

class Backdrop {
 public:
  /// A part of the picture, mirrored or not and sharp or out of focus as `random` has it, over the whole of
  /// `photo`'s view at `metres`. Throws Error where the file cannot be read.
  Backdrop(const std::filesystem::path& picture, Random random, const Intrinsics& photo, float metres);

  float metres() const { return metres_; }
  /// What a camera sees of it alone: light that is developed to the picture's own colors.
  void render(const CameraView& view, Plane<Vec3>& light) const;

 private:
  Vec3 texel_at(float x, float y) const;

  Intrinsics photo_{};
  float metres_ = 0;
  Plane<Vec3> light_;
};

}  // namespace portrait_depth::people
