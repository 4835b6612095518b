#include "segmentation/islands.hpp"

#include <algorithm>

#include "portrait_depth/segmentation.hpp"

namespace portrait_depth {
namespace {

// Found on the 50 people of `make evaluate-photo3d`, where every part smaller than a hundredth of the person
// was background, and nothing else was one. A hand beside a half body is some three hundredths of it.
constexpr float kLeastShare = 0.02f, kSure = 0.8f;
constexpr float kHaze = 0.1f;  // mask up to which it holds nothing together

}  // namespace

template <class IsOpen>
IslandFilter::Part IslandFilter::flood(std::span<const float> mask, int width, int height,
                                       std::uint32_t start, std::uint32_t number, IsOpen&& is_open) {
  Part part = {0, 0};
  front_.assign(1, start);
  numbers_[start] = number;
  while (!front_.empty()) {
    const std::uint32_t at = front_.back();
    front_.pop_back();
    ++part.pixels;
    part.surest = std::max(part.surest, mask[at]);
    const int x = static_cast<int>(at) % width, y = static_cast<int>(at) / width;
    for (int v = std::max(y - 1, 0); v <= std::min(y + 1, height - 1); ++v)
      for (int u = std::max(x - 1, 0); u <= std::min(x + 1, width - 1); ++u) {
        const auto beside = static_cast<std::uint32_t>(v * width + u);
        if (numbers_[beside] == number || !is_open(beside)) continue;
        numbers_[beside] = number;
        front_.push_back(beside);
      }
  }
  return part;
}

std::span<const float> IslandFilter::filter(std::span<const float> mask, int width, int height) {
  numbers_.assign(mask.size(), 0);
  front_.reserve(mask.size());
  parts_.clear();
  parts_.reserve(mask.size() / 4 + 1);  // as many as can lie apart, more or less
  const auto pixels = static_cast<std::uint32_t>(mask.size());
  for (std::uint32_t i = 0; i < pixels; ++i) {
    if (numbers_[i] != 0 || !(mask[i] >= kPersonMask)) continue;
    const auto number = static_cast<std::uint32_t>(parts_.size() + 1);
    parts_.push_back(flood(mask, width, height, i, number, [&](std::uint32_t beside) {
      return numbers_[beside] == 0 && mask[beside] >= kPersonMask;
    }));
  }
  if (parts_.empty()) return mask;
  const auto largest = std::max_element(parts_.begin(), parts_.end(),
                                        [](const Part& a, const Part& b) { return a.pixels < b.pixels; });
  const auto least = kLeastShare * static_cast<float>(largest->pixels);
  const auto stays = [&](const Part& part) {
    return &part == &*largest || (static_cast<float>(part.pixels) >= least && part.surest >= kSure);
  };
  if (std::ranges::all_of(parts_, stays)) return mask;
  // The parts that stay grow into the haze around them, where no other part is.
  const auto everything = static_cast<std::uint32_t>(parts_.size() + 1);
  const auto count = static_cast<std::uint32_t>(parts_.size());
  for (std::uint32_t i = 0; i < pixels; ++i) {
    if (numbers_[i] == 0 || numbers_[i] > count || !stays(parts_[numbers_[i] - 1])) continue;
    flood(mask, width, height, i, everything, [&](std::uint32_t beside) {
      const std::uint32_t number = numbers_[beside];
      return number == 0 ? mask[beside] > kHaze : number <= count && stays(parts_[number - 1]);
    });
  }
  kept_.resize(mask.size());
  // Not 0: a pixel just about as soft as haze must not jump for its last bit.
  for (std::uint32_t i = 0; i < pixels; ++i)
    kept_[i] = numbers_[i] == everything ? mask[i] : std::min(mask[i], kHaze);
  return kept_;
}

}  // namespace portrait_depth
