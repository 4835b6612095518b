// Based on: C. Barnes, E. Shechtman, A. Finkelstein, D. Goldman, PatchMatch, 2009 (the search); Y. Wexler,
// E. Shechtman, M. Irani, Space-Time Completion of Video, 2007 (the vote).
#include "inpainting/patch_match.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "image/rgb.hpp"

namespace portrait_depth {
namespace {

constexpr int kSearchPixels = 150'000;  // larger levels only refine the matches of the coarser ones
constexpr int kBandRows = 32;           // rows that one task matches; one pass spreads matches within a band
constexpr int kFirstAttempts = 64;      // random patches that are tried before a patch stays without a match

// The effort for one level, chosen for the time that a background takes.
struct Effort {
  int rounds;         // of matching and voting
  int passes;         // of matching, a round
  int search_radius;  // pixels
};

bool is_searched(const PyramidLevel& level) {
  return level.width * level.height <= kSearchPixels;
}

Effort effort_for(const PyramidLevel& level, bool is_coarsest) {
  if (!is_searched(level)) return {is_coarsest ? 8 : 1, 1, 2};
  return {is_coarsest ? 8 : 3, 2, std::max(level.width, level.height) / 2};
}

struct Random {
  std::uint32_t state;
  // 0 .. limit - 1 (limit ≤ 65536). G. Marsaglia, Xorshift RNGs, 2003.
  int below(int limit) {
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return static_cast<int>((static_cast<std::uint64_t>(state) * static_cast<std::uint64_t>(limit)) >> 32);
  }
};

void try_match(const PyramidLevel& level, int x, int y, int at_x, int at_y, NearestPatch& best) {
  if (at_x < 0 || at_y < 0 || at_x >= level.patch_columns() || at_y >= level.patch_rows()) return;
  if (level.is_source(at_x, at_y) == 0) return;
  const int distance = level.distance(x, y, at_x, at_y, best.distance);
  if (distance < best.distance)
    best = {static_cast<std::int16_t>(at_x), static_cast<std::int16_t>(at_y), distance};
}

// The coarser level's match if it has one, else a random source patch.
void initialize_matches(const PyramidLevel* coarse, PyramidLevel& level, ThreadPool& threads) {
  threads.parallel_for(level.patch_rows(), [&](int y, int) {
    // Constants of multiplicative hashing (2^32 divided by the golden ratio) give each row its own numbers.
    Random random{0x9e3779b9u ^ static_cast<std::uint32_t>(y * 2654435761u)};
    for (int x = 0; x < level.patch_columns(); ++x) {
      if (level.is_source(x, y) != 0) continue;
      NearestPatch best;
      if (coarse != nullptr) {
        const int u = std::min(x / 2, coarse->patch_columns() - 1),
                  v = std::min(y / 2, coarse->patch_rows() - 1);
        const NearestPatch& found = coarse->nearest(u, v);
        if (found.distance < kNoMatch) try_match(level, x, y, 2 * found.x + x % 2, 2 * found.y + y % 2, best);
      }
      for (int attempt = 0; attempt < kFirstAttempts && best.distance == kNoMatch; ++attempt) {
        // Two statements: the order of evaluation of a call's arguments is not defined.
        const int at_x = random.below(level.patch_columns()), at_y = random.below(level.patch_rows());
        try_match(level, x, y, at_x, at_y, best);
      }
      level.nearest(x, y) = best;
    }
  });
}

// Distances change with the colors of the hole.
void update_distances(PyramidLevel& level, ThreadPool& threads) {
  threads.parallel_for(level.patch_rows(), [&](int y, int) {
    for (int x = 0; x < level.patch_columns(); ++x) {
      NearestPatch& match = level.nearest(x, y);
      if (level.is_source(x, y) == 0 && match.distance < kNoMatch)
        match.distance = level.distance(x, y, match.x, match.y, kNoMatch);
    }
  });
}

// One pass: propagation of the neighbors' matches, then random search with a radius that halves.
void improve_matches(PyramidLevel& level, int pass, int search_radius, ThreadPool& threads) {
  const int columns = level.patch_columns(), rows = level.patch_rows();
  const int step = pass % 2 == 0 ? 1 : -1;
  threads.parallel_for((rows + kBandRows - 1) / kBandRows, [&](int band, int) {
    const int first = band * kBandRows, last = std::min(first + kBandRows, rows) - 1;
    Random random{0x85ebca6bu * static_cast<std::uint32_t>(band + 1) + static_cast<std::uint32_t>(pass) + 1u};
    for (int row = first; row <= last; ++row) {
      const int y = step > 0 ? row : first + last - row;
      for (int column = 0; column < columns; ++column) {
        const int x = step > 0 ? column : columns - 1 - column;
        if (level.is_source(x, y) != 0) continue;
        NearestPatch best = level.nearest(x, y);
        const int before_x = x - step, before_y = y - step;
        if (before_x >= 0 && before_x < columns && level.nearest(before_x, y).distance < kNoMatch)
          try_match(level, x, y, level.nearest(before_x, y).x + step, level.nearest(before_x, y).y, best);
        if (before_y >= first && before_y <= last && level.nearest(x, before_y).distance < kNoMatch)
          try_match(level, x, y, level.nearest(x, before_y).x, level.nearest(x, before_y).y + step, best);
        for (int radius = search_radius; radius >= 1; radius /= 2) {
          const int at_x = best.x + random.below(2 * radius + 1) - radius;
          const int at_y = best.y + random.below(2 * radius + 1) - radius;
          try_match(level, x, y, at_x, at_y, best);
        }
        level.nearest(x, y) = best;
      }
    }
  });
}

// Each pixel of the hole becomes the mean of the colors that the patches over it propose; better matches
// weigh more. Patches whose middle is farther than `reach` from the pixel are left out: a small reach is
// sharper.
void vote(PyramidLevel& level, int reach, ThreadPool& threads) {
  constexpr float kTypicalDistance = 64.0f * 3 * 60;  // an error of about 8 in each channel
  constexpr float kLeastError = 0.05f;  // in squares of that: bounds the weight of a perfect match
  std::vector<std::uint8_t> voted = level.pixels;
  threads.parallel_for(level.height, [&](int y, int) {
    for (int x = 0; x < level.width; ++x) {
      if (level.hole(x, y) == 0) continue;
      Rgb sum = {0, 0, 0};
      float weights = 0;
      const int middle_x = x - kPatchSize / 2, middle_y = y - kPatchSize / 2;
      const auto clamp_x = [&](int value) {
        return std::clamp(value, std::max(0, x - kPatchSize + 1), std::min(x, level.patch_columns() - 1));
      };
      const auto clamp_y = [&](int value) {
        return std::clamp(value, std::max(0, y - kPatchSize + 1), std::min(y, level.patch_rows() - 1));
      };
      for (int v = clamp_y(middle_y - reach); v <= clamp_y(middle_y + reach); ++v)
        for (int u = clamp_x(middle_x - reach); u <= clamp_x(middle_x + reach); ++u) {
          const NearestPatch& match = level.nearest(u, v);
          if (match.distance >= kNoMatch) continue;
          const float relative = static_cast<float>(match.distance) / kTypicalDistance;
          const float weight = 1 / (kLeastError + relative * relative);
          const std::uint8_t* color = level.pixel(match.x + x - u, match.y + y - v);
          for (std::size_t c = 0; c < 3; ++c) sum[c] += weight * static_cast<float>(color[c]);
          weights += weight;
        }
      if (!(weights > 0)) continue;
      std::uint8_t* to = voted.data() + (static_cast<std::size_t>(y) * level.width + x) * 4;
      for (std::size_t c = 0; c < 3; ++c) to[c] = static_cast<std::uint8_t>(std::lrint(sum[c] / weights));
    }
  });
  level.pixels.swap(voted);
}

}  // namespace

void run_patch_match(const PyramidLevel* coarse, PyramidLevel& level, ThreadPool& threads,
                     const Progress& progress) {
  // Early rounds use every patch over a pixel; the last one only the central ones, which is sharper.
  constexpr int kWholeReach = kPatchSize, kSharpReach = kPatchSize / 4;
  const bool has_coarse_matches = coarse != nullptr && !coarse->nearest.empty();
  initialize_matches(has_coarse_matches ? coarse : nullptr, level, threads);
  const Effort effort = effort_for(level, coarse == nullptr);
  for (int round = 0; round < effort.rounds; ++round) {
    progress.at(0);
    if (round > 0) update_distances(level, threads);
    for (int pass = 0; pass < effort.passes; ++pass)
      improve_matches(level, round * effort.passes + pass, effort.search_radius, threads);
    const bool is_early = is_searched(level) && round + 1 < effort.rounds;
    vote(level, is_early ? kWholeReach : kSharpReach, threads);
  }
}

}  // namespace portrait_depth
