// Pictures of people for the eye: one person under simple studio light, over a soft background or none.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "catalogue.hpp"
#include "portrait_depth/image.hpp"

namespace portrait_depth::people {

struct StudioOptions {
  std::filesystem::path parts{}, out{};
  std::uint64_t seed = 1;
  int width = 768, height = 1024;
  int samples = 3;            ///< A pixel, along each axis.
  Split split = Split::test;  ///< Shipped pictures show nobody that training saw.
};

/// Writes one lit portrait over a soft background as PNG. Throws Error.
void write_sample(const StudioOptions& options);

/// Renders one person, lit, over transparency, from several cameras: the first stands where the shot's camera
/// stands, the others are moved by the offsets (metres, in its camera space), all looking the same way.
/// Writes for each k OUT-k.png (RGBA, alpha straight) and OUT-k.npy (float32 depth in metres, 0 where nothing
/// is), and OUT.json with the intrinsics and offsets. Throws Error.
void write_views(const StudioOptions& options, const std::vector<Vec3>& offsets);

}  // namespace portrait_depth::people
