#include "segmentation/small_components.hpp"

#include <algorithm>

#include "image/flood_fill.hpp"
#include "portrait_depth/segmentation.hpp"

namespace portrait_depth {
namespace {

// Chosen on the 50 people of `make evaluate-photo3d`: all components below 1 % of the person were background,
// all larger ones belonged to it. A hand beside a half body is about 3 %.
constexpr float kLeastShare = 0.02f, kSure = 0.8f;
/// Pixels with a mask up to this value do not connect components.
constexpr float kHaze = 0.1f;

}  // namespace

std::span<const float> SmallComponentFilter::filter(std::span<const float> mask, int width, int height) {
  const auto index = [width](int x, int y) { return static_cast<std::size_t>(y) * width + x; };
  front_.reserve(mask.size());
  find_parts(mask, width, height);
  if (parts_.empty()) return mask;
  const auto largest = std::max_element(parts_.begin(), parts_.end(),
                                        [](const Part& a, const Part& b) { return a.pixels < b.pixels; });
  const auto least = kLeastShare * static_cast<float>(largest->pixels);
  const auto stays = [&](const Part& part) {
    return &part == &*largest || (static_cast<float>(part.pixels) >= least && part.surest >= kSure);
  };
  if (std::ranges::all_of(parts_, stays)) return mask;
  kept_.resize(mask.size());
  // The limit is not 0, so that a last bit at the limit of haze changes the result little.
  std::transform(mask.begin(), mask.end(), kept_.begin(), [](float value) { return std::min(value, kHaze); });
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      const std::size_t i = index(x, y);
      if (numbers_[i] == 0 || !stays(parts_[numbers_[i] - 1])) continue;
      kept_[i] = mask[i];
      front_.emplace_back(x, y);
    }
  // The parts that stay grow into the haze around them, outside other parts.
  flood(front_, width, height, [&](int x, int y) {
    const std::size_t i = index(x, y);
    if (numbers_[i] != 0 || !(mask[i] > kept_[i])) return false;
    kept_[i] = mask[i];
    return true;
  });
  return kept_;
}

void SmallComponentFilter::find_parts(std::span<const float> mask, int width, int height) {
  numbers_.assign(mask.size(), 0);
  parts_.clear();
  parts_.reserve(mask.size() / 4 + 1);  // about the largest number of separate parts
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      Part part = {0, 0};
      const auto take = [&](int u, int v) {
        const std::size_t i = static_cast<std::size_t>(v) * width + u;
        if (numbers_[i] != 0 || !(mask[i] >= kPersonMask)) return false;
        numbers_[i] = static_cast<std::uint32_t>(parts_.size() + 1);
        part = {part.pixels + 1, std::max(part.surest, mask[i])};
        return true;
      };
      if (!take(x, y)) continue;
      front_.assign(1, {x, y});
      flood(front_, width, height, take);
      parts_.push_back(part);
    }
}

}  // namespace portrait_depth
