// One person from several cameras: what a 3D photo of the first view should show from the others.
#pragma once

#include <string>
#include <vector>

#include "studio_portrait.hpp"

namespace portrait_depth::people {

struct ViewsOptions {
  StudioOptions studio{};
  std::vector<Vec3> offsets{};  ///< Cameras that look the same way, moved by metres in the first one's space.
  std::string preset{};         ///< Cameras of one of the product's presets; empty: none.
  int frames = 6;               ///< Of the preset.
  std::filesystem::path background{};  ///< A picture that stands behind the person; empty: transparency.
};

/// Renders one person, lit by lamps that stand still, from several cameras: the first stands where the shot's
/// camera stands. Writes for each k OUT-k.png, OUT-k.npy (float32 depth of the person in metres, 0 where
/// nothing is) and, in OUT.json, the intrinsics, the distances of head and background, and the cameras. The
/// PNG is RGBA with straight alpha; over a background it is RGB, and OUT-k-mask.png is the person's coverage.
/// Throws Error.
void write_views(const ViewsOptions& options);

}  // namespace portrait_depth::people
