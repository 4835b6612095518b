// Based on: Y. Wexler, E. Shechtman, M. Irani, Space-Time Completion of Video, 2007; C. Barnes, E. Shechtman,
// A. Finkelstein, D. Goldman, PatchMatch, 2009. Coarse to fine, every patch that touches the hole seeks the
// most alike patch that does not, and the hole's pixels become the mean of what those patches say. Where
// these do not meet the surroundings, the difference runs out over the hole: P. Perez, M. Gangnet, A. Blake,
// Poisson Image Editing, 2003.
#include "inpainting/patch_match.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <vector>

#include "image/distance_transform.hpp"
#include "inpainting/membrane.hpp"
#include "inpainting/patch_distance.hpp"

namespace portrait_depth {
namespace {

constexpr int kCoarsestSide = 48;       // pixels of the shorter side
constexpr int kSearchPixels = 150'000;  // levels larger than this only refine what the coarser ones found
constexpr int kBandRows = 32;  // rows that one task matches; matches spread within a band in one pass
constexpr int kFar = 1 << 30;

struct Match {
  std::int16_t x = 0, y = 0;
  int distance = kFar;
};

// One size of the picture. Patches are named by their upper left pixel.
struct Level {
  int width = 0, height = 0;
  std::vector<std::uint8_t> pixels;  // RGBX
  Plane<std::uint8_t> hole;
  Plane<std::uint8_t> whole;  // 1 where the patch holds no pixel of the hole
  Plane<Match> matches;
  int sources = 0;         // how many patches are whole
  float apart_weight = 0;  // per squared pixel

  std::uint8_t* pixel(int x, int y) { return pixels.data() + (static_cast<std::size_t>(y) * width + x) * 4; }
  const std::uint8_t* pixel(int x, int y) const {
    return pixels.data() + (static_cast<std::size_t>(y) * width + x) * 4;
  }
  int patch_columns() const { return width - kPatchSize + 1; }
  int patch_rows() const { return height - kPatchSize + 1; }
  // How unlike two patches are. Far ones count as less alike: what stands far off is rarely what goes on
  // here, and a striking thing should not come a second time.
  int distance(int ax, int ay, int bx, int by, int enough) const {
    const auto dx = static_cast<float>(ax - bx), dy = static_cast<float>(ay - by);
    const int apart = static_cast<int>(apart_weight * (dx * dx + dy * dy));
    if (apart > enough) return apart;
    return apart + patch_distance(pixel(ax, ay), pixel(bx, by), static_cast<std::ptrdiff_t>(width) * 4,
                                  enough - apart);
  }
};

Level make_level(int width, int height) {
  Level level;
  level.width = width;
  level.height = height;
  level.pixels.resize(static_cast<std::size_t>(width) * height * 4, 0);
  level.hole.resize(width, height, 0);
  // Gray where nothing is known, and stays.
  for (std::size_t i = 0; i < level.pixels.size(); ++i) level.pixels[i] = i % 4 == 3 ? 0 : 128;
  constexpr float kQuarterAway = kPatchSize * kPatchSize * 3 * 10 * 10;  // as an error of 10 in each channel
  const float quarter = 0.25f * static_cast<float>(std::max(width, height));
  level.apart_weight = kQuarterAway / (quarter * quarter);
  return level;
}

Level finest_level(const Image& picture, const Plane<std::uint8_t>& hole) {
  Level level = make_level(picture.width(), picture.height());
  for (int y = 0; y < level.height; ++y)
    for (int x = 0; x < level.width; ++x) {
      level.hole(x, y) = hole(x, y) != 0;
      if (hole(x, y) == 0) std::copy_n(picture.pixel(x, y), 3, level.pixel(x, y));
    }
  return level;
}

// Only colors outside the hole count; a pixel with fewer than two such under it belongs to the hole.
Level halve(const Level& fine) {
  Level level = make_level(fine.width / 2, fine.height / 2);
  for (int y = 0; y < level.height; ++y)
    for (int x = 0; x < level.width; ++x) {
      int sum[3] = {0, 0, 0}, count = 0;
      for (const int v : {2 * y, 2 * y + 1})
        for (const int u : {2 * x, 2 * x + 1}) {
          if (fine.hole(u, v) != 0) continue;
          for (int c = 0; c < 3; ++c) sum[c] += fine.pixel(u, v)[c];
          ++count;
        }
      level.hole(x, y) = count < 2;
      for (int c = 0; c < 3 && count > 0; ++c)
        level.pixel(x, y)[c] = static_cast<std::uint8_t>((sum[c] + count / 2) / count);
    }
  return level;
}

void find_whole_patches(Level& level) {
  const int columns = level.patch_columns(), rows = level.patch_rows();
  level.whole.resize(columns, rows, 0);
  level.matches.resize(columns, rows, Match{});
  level.sources = 0;
  // How many pixels of the hole lie in each column of kPatchSize pixels, kept up to date from row to row.
  std::vector<int> below(static_cast<std::size_t>(level.width), 0);
  for (int y = 0; y < level.height; ++y) {
    for (int x = 0; x < level.width; ++x) {
      int& count = below[static_cast<std::size_t>(x)];
      count += level.hole(x, y);
      if (y >= kPatchSize) count -= level.hole(x, y - kPatchSize);
    }
    const int patch_row = y - kPatchSize + 1;
    if (patch_row < 0) continue;
    int sum = 0;
    for (int x = 0; x < level.width; ++x) {
      sum += below[static_cast<std::size_t>(x)];
      if (x >= kPatchSize) sum -= below[static_cast<std::size_t>(x - kPatchSize)];
      if (x < kPatchSize - 1) continue;
      level.whole(x - kPatchSize + 1, patch_row) = sum == 0;
      level.sources += sum == 0;
    }
  }
}

// The colors around run into the hole, ring by ring.
void fill_smoothly(Level& level) {
  Plane<std::uint8_t> open = level.hole;
  bool grew = true;
  while (grew) {
    grew = false;
    const Plane<std::uint8_t> before = open;
    for (int y = 0; y < level.height; ++y)
      for (int x = 0; x < level.width; ++x) {
        if (before(x, y) == 0) continue;
        int sum[3] = {0, 0, 0}, count = 0;
        for (int v = std::max(y - 1, 0); v <= std::min(y + 1, level.height - 1); ++v)
          for (int u = std::max(x - 1, 0); u <= std::min(x + 1, level.width - 1); ++u) {
            if (before(u, v) != 0) continue;
            for (int c = 0; c < 3; ++c) sum[c] += level.pixel(u, v)[c];
            ++count;
          }
        if (count == 0) continue;
        for (int c = 0; c < 3; ++c) level.pixel(x, y)[c] = static_cast<std::uint8_t>(sum[c] / count);
        open(x, y) = 0;
        grew = true;
      }
  }
}

// Then each pixel of the hole becomes the mean of its neighbors, until nothing moves much: as a soap film.
void relax(Level& level) {
  constexpr int kRounds = 60;
  std::vector<float> light(level.pixels.begin(), level.pixels.end());
  const auto at = [&](int x, int y) {
    return light.data() + (static_cast<std::size_t>(y) * level.width + x) * 4;
  };
  for (int round = 0; round < kRounds; ++round)
    for (int y = 0; y < level.height; ++y)
      for (int x = 0; x < level.width; ++x) {
        if (level.hole(x, y) == 0) continue;
        const float *left = at(std::max(x - 1, 0), y), *right = at(std::min(x + 1, level.width - 1), y);
        const float *up = at(x, std::max(y - 1, 0)), *down = at(x, std::min(y + 1, level.height - 1));
        for (int c = 0; c < 3; ++c) at(x, y)[c] = (left[c] + right[c] + up[c] + down[c]) / 4;
      }
  for (std::size_t i = 0; i < light.size(); ++i)
    level.pixels[i] = static_cast<std::uint8_t>(std::lrint(light[i]));
}

void upsample_colors(const Level& coarse, Level& fine) {
  for (int y = 0; y < fine.height; ++y)
    for (int x = 0; x < fine.width; ++x) {
      if (fine.hole(x, y) == 0) continue;
      const int u = std::min(x / 2, coarse.width - 1), v = std::min(y / 2, coarse.height - 1);
      std::copy_n(coarse.pixel(u, v), 3, fine.pixel(x, y));
    }
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

void try_match(const Level& level, int x, int y, int at_x, int at_y, Match& best) {
  if (at_x < 0 || at_y < 0 || at_x >= level.patch_columns() || at_y >= level.patch_rows()) return;
  if (level.whole(at_x, at_y) == 0) return;
  const int distance = level.distance(x, y, at_x, at_y, best.distance);
  if (distance < best.distance)
    best = {static_cast<std::int16_t>(at_x), static_cast<std::int16_t>(at_y), distance};
}

// What the coarser level found, where it did; any whole patch elsewhere.
void begin_matches(const Level* coarse, Level& level, ThreadPool& threads) {
  threads.parallel_for(level.patch_rows(), [&](int y, int) {
    Random random{0x9e3779b9u ^ static_cast<std::uint32_t>(y * 2654435761u)};
    for (int x = 0; x < level.patch_columns(); ++x) {
      if (level.whole(x, y) != 0) continue;
      Match best;
      if (coarse != nullptr) {
        const int u = std::min(x / 2, coarse->patch_columns() - 1),
                  v = std::min(y / 2, coarse->patch_rows() - 1);
        const Match& found = coarse->matches(u, v);
        if (found.distance < kFar) try_match(level, x, y, 2 * found.x + x % 2, 2 * found.y + y % 2, best);
      }
      for (int attempt = 0; attempt < 64 && best.distance == kFar; ++attempt) {
        // One after the other: compilers evaluate arguments in orders of their own.
        const int at_x = random.below(level.patch_columns()), at_y = random.below(level.patch_rows());
        try_match(level, x, y, at_x, at_y, best);
      }
      level.matches(x, y) = best;
    }
  });
}

void measure_matches(Level& level, ThreadPool& threads) {
  threads.parallel_for(level.patch_rows(), [&](int y, int) {
    for (int x = 0; x < level.patch_columns(); ++x) {
      Match& match = level.matches(x, y);
      if (level.whole(x, y) == 0 && match.distance < kFar)
        match.distance = level.distance(x, y, match.x, match.y, kFar);
    }
  });
}

// One pass of PatchMatch: good matches spread to neighbors, then each looks around itself, ever closer.
void improve_matches(Level& level, int pass, int search_radius, ThreadPool& threads) {
  const int columns = level.patch_columns(), rows = level.patch_rows();
  const int step = pass % 2 == 0 ? 1 : -1;
  threads.parallel_for((rows + kBandRows - 1) / kBandRows, [&](int band, int) {
    const int first = band * kBandRows, last = std::min(first + kBandRows, rows) - 1;
    Random random{0x85ebca6bu * static_cast<std::uint32_t>(band + 1) + static_cast<std::uint32_t>(pass) + 1u};
    for (int row = first; row <= last; ++row) {
      const int y = step > 0 ? row : first + last - row;
      for (int column = 0; column < columns; ++column) {
        const int x = step > 0 ? column : columns - 1 - column;
        if (level.whole(x, y) != 0) continue;
        Match best = level.matches(x, y);
        const int before_x = x - step, before_y = y - step;
        if (before_x >= 0 && before_x < columns && level.matches(before_x, y).distance < kFar)
          try_match(level, x, y, level.matches(before_x, y).x + step, level.matches(before_x, y).y, best);
        if (before_y >= first && before_y <= last && level.matches(x, before_y).distance < kFar)
          try_match(level, x, y, level.matches(x, before_y).x, level.matches(x, before_y).y + step, best);
        for (int radius = search_radius; radius >= 1; radius /= 2) {
          const int at_x = best.x + random.below(2 * radius + 1) - radius;
          const int at_y = best.y + random.below(2 * radius + 1) - radius;
          try_match(level, x, y, at_x, at_y, best);
        }
        level.matches(x, y) = best;
      }
    }
  });
}

// Each pixel of the hole becomes the mean of what the patches over it propose; better matches count more.
// `reach` is how far from a patch's middle its word counts: less is sharper.
void vote(Level& level, int reach, ThreadPool& threads) {
  std::vector<std::uint8_t> voted = level.pixels;
  constexpr float kTypicalDistance = 64.0f * 3 * 60;  // an error of about 8 in each channel
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
          const Match& match = level.matches(u, v);
          if (match.distance >= kFar) continue;
          const float relative = static_cast<float>(match.distance) / kTypicalDistance;
          const float weight = 1 / (0.05f + relative * relative);
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

bool is_beside_hole(const Level& level, int x, int y) {
  const auto is_hole = [&](int u, int v) {
    return u >= 0 && v >= 0 && u < level.width && v < level.height && level.hole(u, v) != 0;
  };
  return is_hole(x - 1, y) || is_hole(x + 1, y) || is_hole(x, y - 1) || is_hole(x, y + 1);
}

// The colors around the hole, spanned over it as evenly as a soap film.
Plane<Rgb> span_surroundings(const Level& level, ThreadPool& threads) {
  Plane<Rgb> film(level.width, level.height, Rgb{});
  Plane<Spanned> place(level.width, level.height, Spanned::outside);
  for (int y = 0; y < level.height; ++y)
    for (int x = 0; x < level.width; ++x) {
      if (level.hole(x, y) != 0) {
        place(x, y) = Spanned::open;
      } else if (is_beside_hole(level, x, y)) {
        place(x, y) = Spanned::fixed;
        for (std::size_t c = 0; c < 3; ++c) film(x, y)[c] = static_cast<float>(level.pixel(x, y)[c]);
      }
    }
  span_membrane(film, place, threads);
  return film;
}

// Details smaller than this share of the longer side are fine.
constexpr float kFine = 0.03f;

// The mean colors of square cells.
struct CellColors {
  int cell;  // pixels along a side
  Plane<Rgb> means;
};

CellColors mean_cells(const Level& level, int cell, ThreadPool& threads) {
  CellColors cells{cell, {}};
  cells.means.resize((level.width + cell - 1) / cell, (level.height + cell - 1) / cell, Rgb{});
  threads.parallel_for(cells.means.height(), [&](int row, int) {
    for (int column = 0; column < cells.means.width(); ++column) {
      const int right = std::min((column + 1) * cell, level.width),
                bottom = std::min((row + 1) * cell, level.height);
      int sum[3] = {0, 0, 0};
      for (int y = row * cell; y < bottom; ++y)
        for (int x = column * cell; x < right; ++x)
          for (int c = 0; c < 3; ++c) sum[c] += level.pixel(x, y)[c];
      const auto count = static_cast<float>((right - column * cell) * (bottom - row * cell));
      for (std::size_t c = 0; c < 3; ++c) cells.means(column, row)[c] = static_cast<float>(sum[c]) / count;
    }
  });
  return cells;
}

// A pixel's surroundings from afar: their mean color, and how much they vary.
struct Coarse {
  Rgb color;
  float variance;  // the sum of the channels'
};

Coarse coarse_at(const CellColors& cells, int x, int y) {
  constexpr float kReach = 3;  // cells
  const auto in_cells = [&](int at) {
    return (static_cast<float>(at) + 0.5f) / static_cast<float>(cells.cell) - 0.5f;
  };
  const float at_x = in_cells(x), at_y = in_cells(y);
  const auto first = [](float at) { return std::max(0, static_cast<int>(std::ceil(at - kReach))); };
  const auto last = [](float at, int size) { return std::min(size - 1, static_cast<int>(at + kReach)); };
  Rgb sum = {0, 0, 0}, squares = {0, 0, 0};
  float weights = 0;
  for (int v = first(at_y); v <= last(at_y, cells.means.height()); ++v)
    for (int u = first(at_x); u <= last(at_x, cells.means.width()); ++u) {
      const float dx = (static_cast<float>(u) - at_x) / kReach, dy = (static_cast<float>(v) - at_y) / kReach;
      const float weight = std::max(1e-3f, (1 - dx * dx) * (1 - dy * dy));
      const Rgb& mean = cells.means(u, v);
      for (std::size_t c = 0; c < 3; ++c) {
        sum[c] += weight * mean[c];
        squares[c] += weight * mean[c] * mean[c];
      }
      weights += weight;
    }
  float variance = 0;
  for (std::size_t c = 0; c < 3; ++c) {
    sum[c] /= weights;
    variance += std::max(0.0f, squares[c] / weights - sum[c] * sum[c]);
  }
  return {sum, variance};
}

// The median of how much the surroundings of the photo's own cells vary.
float typical_variance(const Level& level, const CellColors& cells) {
  std::vector<float> variances;
  for (int y = cells.cell / 2; y < level.height; y += cells.cell)
    for (int x = cells.cell / 2; x < level.width; x += cells.cell)
      if (level.hole(x, y) == 0) variances.push_back(coarse_at(cells, x, y).variance);
  if (variances.empty()) return 0;
  const auto middle = variances.begin() + static_cast<std::ptrdiff_t>(variances.size() / 2);
  std::nth_element(variances.begin(), middle, variances.end());
  return *middle;
}

// Only what is fine comes from the patches; what is coarse is spanned from the surroundings, so that there is
// no seam and nothing that stands out. Where the patches vary more from afar than the photo mostly does,
// there is the edge of something large, which would throw a halo: there, they have little to say. They begin
// where the hole does and are whole two cells inside it: the film is the photo itself there already, with all
// its details, and those of a patch on top of them would stand out as a bright or dark rim.
void meet_surroundings(Level& level, ThreadPool& threads) {
  constexpr float kAlwaysEven = 3 * 6.0f * 6, kUneven = 4;
  const Plane<Rgb> film = span_surroundings(level, threads);
  const float cell = kFine / 2 * static_cast<float>(std::max(level.width, level.height));
  const CellColors cells = mean_cells(level, std::max(1, static_cast<int>(std::lround(cell))), threads);
  const float typical = std::max(kAlwaysEven, typical_variance(level, cells));
  Plane<std::uint8_t> known(level.width, level.height);
  for (int y = 0; y < level.height; ++y)
    for (int x = 0; x < level.width; ++x) known(x, y) = level.hole(x, y) == 0;
  const Plane<float> from_rim = distance_to(known);
  const float whole_from = 2.0f * static_cast<float>(cells.cell);
  threads.parallel_for(level.height, [&](int y, int) {
    for (int x = 0; x < level.width; ++x) {
      if (level.hole(x, y) == 0) continue;
      const Coarse coarse = coarse_at(cells, x, y);
      const float uneven = coarse.variance / (kUneven * typical);
      const float share = std::min(1.0f, from_rim(x, y) / whole_from) / (1 + uneven * uneven);
      for (std::size_t c = 0; c < 3; ++c) {
        std::uint8_t& channel = level.pixel(x, y)[c];
        const float detail = share * (static_cast<float>(channel) - coarse.color[c]);
        channel = static_cast<std::uint8_t>(std::lrint(std::clamp(film(x, y)[c] + detail, 0.0f, 255.0f)));
      }
    }
  });
}

void complete(Level& level, bool coarsest, ThreadPool& threads, const Progress& progress) {
  const bool searched = level.width * level.height <= kSearchPixels;
  const int rounds = coarsest ? 8 : searched ? 3 : 1;
  const int passes = searched ? 2 : 1;
  const int radius = searched ? std::max(level.width, level.height) / 2 : 2;
  for (int round = 0; round < rounds; ++round) {
    progress.at(0);
    if (round > 0) measure_matches(level, threads);
    for (int pass = 0; pass < passes; ++pass) improve_matches(level, round * passes + pass, radius, threads);
    vote(level, searched && round + 1 < rounds ? kPatchSize : kPatchSize / 4, threads);
  }
}

std::vector<Level> make_pyramid(const Image& picture, const Plane<std::uint8_t>& hole) {
  std::vector<Level> pyramid;
  pyramid.push_back(finest_level(picture, hole));
  while (std::min(pyramid.back().width, pyramid.back().height) >= 2 * kCoarsestSide)
    pyramid.push_back(halve(pyramid.back()));
  return pyramid;
}

}  // namespace

void fill_hole(Image& picture, const Plane<std::uint8_t>& hole, ThreadPool& threads,
               const Progress& progress) {
  const auto known = std::count(hole.values().begin(), hole.values().end(), 0);
  if (known == 0 || known == static_cast<std::ptrdiff_t>(hole.values().size())) return;
  std::vector<Level> pyramid = make_pyramid(picture, hole);
  const Progress stop_only{{}, progress.stop};
  constexpr int kFewSources = 16;
  for (std::size_t i = pyramid.size(); i-- > 0;) {
    Level& level = pyramid[i];
    const Level* coarse = i + 1 < pyramid.size() ? &pyramid[i + 1] : nullptr;
    if (coarse == nullptr) {
      fill_smoothly(level);
      relax(level);
    } else {
      upsample_colors(*coarse, level);
    }
    if (level.width < kPatchSize || level.height < kPatchSize) continue;
    find_whole_patches(level);
    if (level.sources >= kFewSources) {
      begin_matches(coarse != nullptr && !coarse->matches.empty() ? coarse : nullptr, level, threads);
      complete(level, coarse == nullptr, threads, stop_only);
    }
    progress.at(1.0 / static_cast<double>(i + 1));
  }
  Level& finest = pyramid.front();
  meet_surroundings(finest, threads);
  for (int y = 0; y < finest.height; ++y)
    for (int x = 0; x < finest.width; ++x)
      if (finest.hole(x, y) != 0) std::copy_n(finest.pixel(x, y), 3, picture.pixel(x, y));
}

}  // namespace portrait_depth
