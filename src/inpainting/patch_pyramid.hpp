// The sizes of a picture, from fine to coarse, on which PatchMatch runs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "inpainting/patch_distance.hpp"
#include "portrait_depth/image.hpp"

namespace portrait_depth {

/// The distance of a patch that has no match.
inline constexpr int kNoMatch = 1 << 30;

/// The source patch that resembles a patch most, so far.
struct NearestPatch {
  std::int16_t x = 0, y = 0;
  int distance = kNoMatch;
};

/// One size of the picture. The upper left pixel of a patch gives its position. A source patch has no pixel
/// in the hole; colors of the hole are taken from source patches only.
struct PyramidLevel {
  int width = 0, height = 0;
  std::vector<std::uint8_t> pixels;  ///< RGBX, X is 0.
  Plane<std::uint8_t> hole;          ///< 1 in the hole.
  Plane<std::uint8_t> is_source;     ///< One value a patch: 1 for a source patch.
  Plane<NearestPatch> nearest;       ///< The nearest-neighbor field: one entry a patch that touches the hole.
  int source_count = 0;
  float spatial_weight = 0;  ///< Patch distance that one squared pixel of spatial distance adds.

  std::uint8_t* pixel(int x, int y) { return pixels.data() + (static_cast<std::size_t>(y) * width + x) * 4; }
  const std::uint8_t* pixel(int x, int y) const {
    return pixels.data() + (static_cast<std::size_t>(y) * width + x) * 4;
  }
  int patch_columns() const { return width - kPatchSize + 1; }
  int patch_rows() const { return height - kPatchSize + 1; }

  /// The squared color difference of two patches plus their weighted squared spatial distance. The spatial
  /// term keeps a conspicuous object from being repeated elsewhere. Returns early, with a larger value, once
  /// the sum exceeds `enough`.
  int distance(int ax, int ay, int bx, int by, int enough) const {
    const auto dx = static_cast<float>(ax - bx), dy = static_cast<float>(ay - by);
    const int spatial = static_cast<int>(spatial_weight * (dx * dx + dy * dy));
    if (spatial > enough) return spatial;
    return spatial + patch_distance(pixel(ax, ay), pixel(bx, by), static_cast<std::ptrdiff_t>(width) * 4,
                                    enough - spatial);
  }
};

/// The levels of an RGB picture, the finest first. The coarsest one has a shorter side of 48 to 95 pixels, or
/// the picture's own if it is smaller. Pixels of the hole are gray.
std::vector<PyramidLevel> make_pyramid(const Image& picture, const Plane<std::uint8_t>& hole);

/// Finds the source patches, and sizes the nearest-neighbor field. The level is at least one patch wide and
/// high.
void find_source_patches(PyramidLevel& level);

/// Fills the hole of the coarsest level smoothly: the start of the search for patches.
void fill_hole_smoothly(PyramidLevel& level);

/// Copies the colors of the hole from the coarser level.
void upsample_hole(const PyramidLevel& coarse, PyramidLevel& fine);

}  // namespace portrait_depth
