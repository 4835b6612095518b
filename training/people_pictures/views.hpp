// One person from several cameras: the true views of a 3D photo of the first one.
#pragma once

#include <string>
#include <vector>

#include "studio_portrait.hpp"

namespace portrait_depth::people {

struct ViewsOptions {
  StudioOptions studio{};
  std::vector<Vec3> offsets{};         ///< Parallel cameras, moved by metres in the first one's space.
  std::string preset{};                ///< Cameras of one of the product's presets; empty: none.
  int frames = 6;                      ///< Of the preset.
  std::filesystem::path background{};  ///< A picture behind the person; empty: transparency.
};

/// Renders one person under fixed lamps from several cameras; the first is the shot's. Writes for each k
/// OUT-k.png, OUT-k.npy (float32 depth of the person in metres, 0 in the background) and, in OUT.json, the
/// intrinsics, the distances of head and background, and the cameras. The PNG is RGBA with straight alpha;
/// over a background it is RGB, and OUT-k-mask.png is the person's coverage. Throws Error.
void write_views(const ViewsOptions& options);

}  // namespace portrait_depth::people
