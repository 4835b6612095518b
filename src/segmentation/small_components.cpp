#include "segmentation/small_components.hpp"

#include <algorithm>

#include "image/flood_fill.hpp"
#include "portrait_depth/segmentation.hpp"

namespace portrait_depth {
namespace {

// Chosen on the 50 people of `make evaluate-photo3d`: all components below 1 % of the person were background,
// all larger ones belonged to it. A hand beside a half body is about 3 %.
constexpr float kLeastShare = 0.02f, kSurest = 0.8f;
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
    return &part == &*largest || (static_cast<float>(part.pixels) >= least && part.surest >= kSurest);
  };
  if (std::ranges::all_of(parts_, stays)) return mask;
  kept_.resize(mask.size());
  // The limit is not 0, so that a last bit at the limit of haze changes the result little.
  std::transform(mask.begin(), mask.end(), kept_.begin(), [](float value) { return std::min(value, kHaze); });
  is_in_part_.assign(mask.size(), 0);
  for (const Run& run : runs_) {
    const auto first = static_cast<std::ptrdiff_t>(index(run.begin, run.y)),
               count = std::ptrdiff_t{run.end - run.begin};
    std::fill_n(is_in_part_.begin() + first, count, std::uint8_t{1});
    if (stays(parts_[run.part])) std::copy_n(mask.begin() + first, count, kept_.begin() + first);
  }
  for (const Run& run : runs_)
    if (stays(parts_[run.part])) add_rim(run, width, height);
  // The parts that stay grow into the haze around them, outside other parts.
  flood(front_, width, height, [&](int x, int y) {
    const std::size_t i = index(x, y);
    if (is_in_part_[i] || !(mask[i] > kept_[i])) return false;
    kept_[i] = mask[i];
    return true;
  });
  return kept_;
}

void SmallComponentFilter::add_rim(const Run& run, int width, int height) {
  const auto all_in_part = [&](int x, int y, int count) {
    const std::uint8_t* const at = is_in_part_.data() + static_cast<std::ptrdiff_t>(y) * width + x;
    return std::all_of(at, at + count, [](std::uint8_t is_in_part) { return is_in_part != 0; });
  };
  const int length = run.end - run.begin;
  if (length > 2 && run.y > 0 && run.y + 1 < height && all_in_part(run.begin, run.y - 1, length) &&
      all_in_part(run.begin, run.y + 1, length)) {
    front_.insert(front_.end(), {{run.begin, run.y}, {run.end - 1, run.y}});
    return;
  }
  for (int x = run.begin; x < run.end; ++x) {
    const bool is_inside = x > run.begin && x + 1 < run.end && run.y > 0 && run.y + 1 < height &&
                           all_in_part(x - 1, run.y - 1, 3) && all_in_part(x - 1, run.y + 1, 3);
    if (!is_inside) front_.emplace_back(x, run.y);
  }
}

std::uint32_t SmallComponentFilter::first_run(std::uint32_t run) {
  while (runs_[run].earlier != run) run = runs_[run].earlier = runs_[runs_[run].earlier].earlier;
  return run;
}

void SmallComponentFilter::connect(std::uint32_t run, std::uint32_t other) {
  const std::uint32_t a = first_run(run), b = first_run(other);
  runs_[std::max(a, b)].earlier = std::min(a, b);
}

void SmallComponentFilter::find_runs(std::span<const float> mask, int width, int height) {
  runs_.clear();
  runs_.reserve(mask.size() / 2 + static_cast<std::size_t>(height));  // the largest number
  std::uint32_t above = 0;  // the first run of the row above that may touch the next run
  for (int y = 0; y < height; ++y) {
    const float* const row = mask.data() + static_cast<std::ptrdiff_t>(y) * width;
    const auto above_end = static_cast<std::uint32_t>(runs_.size());
    for (int x = 0; x < width; ++x) {
      if (!(row[x] >= kPersonMask)) continue;
      Run run = {y, x, x, 0, static_cast<std::uint32_t>(runs_.size()), 0};
      for (; run.end < width && row[run.end] >= kPersonMask; ++run.end)
        run.surest = std::max(run.surest, row[run.end]);
      runs_.push_back(run);
      // Corners touch, too.
      while (above < above_end && runs_[above].end < run.begin) ++above;
      for (std::uint32_t i = above; i < above_end && runs_[i].begin <= run.end; ++i) connect(i, run.earlier);
      x = run.end;
    }
    above = above_end;
  }
}

// K. Wu, E. Otoo, K. Suzuki, "Optimizing two-pass connected-component labeling algorithms", 2009: runs of
// pixels in a union-find forest.
void SmallComponentFilter::find_parts(std::span<const float> mask, int width, int height) {
  find_runs(mask, width, height);
  parts_.clear();
  parts_.reserve(mask.size() / 4 + 1);  // about the largest number of separate parts
  for (std::uint32_t i = 0; i < runs_.size(); ++i) {
    const std::uint32_t first = first_run(i);
    if (first == i) {
      runs_[i].part = static_cast<std::uint32_t>(parts_.size());
      parts_.push_back({0, 0});
    }
    Run& run = runs_[i];
    run.part = runs_[first].part;
    Part& part = parts_[run.part];
    part = {part.pixels + static_cast<std::size_t>(run.end - run.begin), std::max(part.surest, run.surest)};
  }
}

}  // namespace portrait_depth
