// A photo on a plane behind the person: a background with the parallax of its distance.
#pragma once

#include <filesystem>

#include "camera_views.hpp"
#include "portrait_depth/image.hpp"
#include "random.hpp"

namespace portrait_depth::people {

class Backdrop {
 public:
  /// A part of the picture, mirrored and out of focus at random, over the whole of
  /// `photo`'s view at `metres`. Throws Error if the file cannot be read.
  Backdrop(const std::filesystem::path& picture, Random random, const Intrinsics& photo, float metres);

  float metres() const { return metres_; }
  /// The backdrop alone in a camera: light that develops to the picture's own colors.
  void render(const CameraView& view, Plane<Vec3>& light) const;

 private:
  Vec3 texel_at(float x, float y) const;

  Intrinsics photo_{};
  float metres_ = 0;
  Plane<Vec3> light_;
};

}  // namespace portrait_depth::people
