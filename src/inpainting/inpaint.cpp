// Multi-scale PatchMatch, from coarse to fine, then the blending of its details with the surroundings.
#include "inpainting/inpaint.hpp"

#include <algorithm>
#include <vector>

#include "inpainting/detail_blending.hpp"
#include "inpainting/patch_match.hpp"
#include "inpainting/patch_pyramid.hpp"

namespace portrait_depth {
namespace {

constexpr int kFewestSources = 16;  // with fewer source patches the smooth colors stay

}  // namespace

void inpaint(Image& picture, const Plane<std::uint8_t>& hole, ThreadPool& threads, const Progress& progress) {
  const auto known = std::count(hole.values().begin(), hole.values().end(), 0);
  if (known == 0 || known == static_cast<std::ptrdiff_t>(hole.values().size())) return;
  std::vector<PyramidLevel> pyramid = make_pyramid(picture, hole);
  const Progress stop_only{{}, progress.stop};
  for (std::size_t i = pyramid.size(); i-- > 0;) {
    PyramidLevel& level = pyramid[i];
    const PyramidLevel* coarse = i + 1 < pyramid.size() ? &pyramid[i + 1] : nullptr;
    if (coarse == nullptr)
      fill_hole_smoothly(level);
    else
      upsample_hole(*coarse, level);
    if (level.width < kPatchSize || level.height < kPatchSize) continue;
    find_source_patches(level);
    if (level.source_count >= kFewestSources) run_patch_match(coarse, level, threads, stop_only);
    progress.at(1.0 / static_cast<double>(i + 1));
  }
  PyramidLevel& finest = pyramid.front();
  blend_details(finest, threads);
  for (int y = 0; y < finest.height; ++y)
    for (int x = 0; x < finest.width; ++x)
      if (finest.hole(x, y) != 0) std::copy_n(finest.pixel(x, y), 3, picture.pixel(x, y));
}

}  // namespace portrait_depth
