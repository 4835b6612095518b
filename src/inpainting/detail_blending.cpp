// Based on: P. Perez, M. Gangnet, A. Blake, Poisson Image Editing, 2003: the difference between a patch and
// its new surroundings is spread smoothly over the hole.
#include "inpainting/detail_blending.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "image/distance_transform.hpp"
#include "inpainting/membrane.hpp"

namespace portrait_depth {
namespace {

constexpr float kDetailSize = 0.03f;  // of the longer side: larger structures come from the membrane

bool is_beside_hole(const PyramidLevel& level, int x, int y) {
  const auto is_hole = [&](int u, int v) {
    return u >= 0 && v >= 0 && u < level.width && v < level.height && level.hole(u, v) != 0;
  };
  return is_hole(x - 1, y) || is_hole(x + 1, y) || is_hole(x, y - 1) || is_hole(x, y + 1);
}

// The membrane through the colors along the hole's rim.
Plane<Rgb> membrane_over_hole(const PyramidLevel& level, ThreadPool& threads) {
  Plane<Rgb> colors(level.width, level.height, Rgb{});
  Plane<MembraneCell> cells(level.width, level.height, MembraneCell::outside);
  for (int y = 0; y < level.height; ++y)
    for (int x = 0; x < level.width; ++x) {
      if (level.hole(x, y) != 0) {
        cells(x, y) = MembraneCell::unknown;
      } else if (is_beside_hole(level, x, y)) {
        cells(x, y) = MembraneCell::known;
        for (std::size_t c = 0; c < 3; ++c) colors(x, y)[c] = static_cast<float>(level.pixel(x, y)[c]);
      }
    }
  interpolate_membrane(colors, cells, threads);
  return colors;
}

// The mean colors of square cells.
struct CellColors {
  int side;  // pixels
  Plane<Rgb> means;
};

CellColors mean_cells(const PyramidLevel& level, int side, ThreadPool& threads) {
  CellColors cells{side, {}};
  cells.means.resize((level.width + side - 1) / side, (level.height + side - 1) / side, Rgb{});
  threads.parallel_for(cells.means.height(), [&](int row, int) {
    for (int column = 0; column < cells.means.width(); ++column) {
      const int right = std::min((column + 1) * side, level.width),
                bottom = std::min((row + 1) * side, level.height);
      int sum[3] = {0, 0, 0};
      for (int y = row * side; y < bottom; ++y)
        for (int x = column * side; x < right; ++x)
          for (int c = 0; c < 3; ++c) sum[c] += level.pixel(x, y)[c];
      const auto count = static_cast<float>((right - column * side) * (bottom - row * side));
      for (std::size_t c = 0; c < 3; ++c) cells.means(column, row)[c] = static_cast<float>(sum[c]) / count;
    }
  });
  return cells;
}

// The cells around a pixel: their mean color and its variance.
struct LowPass {
  Rgb color;
  float variance;  // the sum over the channels
};

LowPass low_pass_at(const CellColors& cells, int x, int y) {
  constexpr float kReach = 3;            // cells
  constexpr float kLeastWeight = 1e-3f;  // keeps the sum above 0 at the reach's border
  const auto in_cells = [&](int at) {
    return (static_cast<float>(at) + 0.5f) / static_cast<float>(cells.side) - 0.5f;
  };
  const float at_x = in_cells(x), at_y = in_cells(y);
  const auto first = [](float at) { return std::max(0, static_cast<int>(std::ceil(at - kReach))); };
  const auto last = [](float at, int size) { return std::min(size - 1, static_cast<int>(at + kReach)); };
  Rgb sum = {0, 0, 0}, squares = {0, 0, 0};
  float weights = 0;
  for (int v = first(at_y); v <= last(at_y, cells.means.height()); ++v)
    for (int u = first(at_x); u <= last(at_x, cells.means.width()); ++u) {
      const float dx = (static_cast<float>(u) - at_x) / kReach, dy = (static_cast<float>(v) - at_y) / kReach;
      const float weight = std::max(kLeastWeight, (1 - dx * dx) * (1 - dy * dy));
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

// The median variance outside the hole.
float typical_variance(const PyramidLevel& level, const CellColors& cells) {
  std::vector<float> variances;
  for (int y = cells.side / 2; y < level.height; y += cells.side)
    for (int x = cells.side / 2; x < level.width; x += cells.side)
      if (level.hole(x, y) == 0) variances.push_back(low_pass_at(cells, x, y).variance);
  if (variances.empty()) return 0;
  const auto middle = variances.begin() + static_cast<std::ptrdiff_t>(variances.size() / 2);
  std::nth_element(variances.begin(), middle, variances.end());
  return *middle;
}

}  // namespace

void blend_details(PyramidLevel& level, ThreadPool& threads) {
  constexpr float kLeastVariance = 3 * 6.0f * 6;  // an error of 6 in each channel: an even wall
  constexpr float kHaloVariance = 4;              // times the typical one: details are halved there
  // Along the rim the membrane equals the photo with all its details. Details of patches on top of them would
  // form a bright or dark rim, so they reach full strength this far inside.
  constexpr float kFadeCells = 2;
  const Plane<Rgb> membrane = membrane_over_hole(level, threads);
  const float side = kDetailSize / 2 * static_cast<float>(std::max(level.width, level.height));
  const CellColors cells = mean_cells(level, std::max(1, static_cast<int>(std::lround(side))), threads);
  const float typical = std::max(kLeastVariance, typical_variance(level, cells));
  Plane<std::uint8_t> known(level.width, level.height);
  for (int y = 0; y < level.height; ++y)
    for (int x = 0; x < level.width; ++x) known(x, y) = level.hole(x, y) == 0;
  const Plane<float> from_rim = distance_to(known);
  const float fade_pixels = kFadeCells * static_cast<float>(cells.side);
  threads.parallel_for(level.height, [&](int y, int) {
    for (int x = 0; x < level.width; ++x) {
      if (level.hole(x, y) == 0) continue;
      const LowPass low_pass = low_pass_at(cells, x, y);
      const float excess = low_pass.variance / (kHaloVariance * typical);
      const float strength = std::min(1.0f, from_rim(x, y) / fade_pixels) / (1 + excess * excess);
      for (std::size_t c = 0; c < 3; ++c) {
        std::uint8_t& channel = level.pixel(x, y)[c];
        const float detail = strength * (static_cast<float>(channel) - low_pass.color[c]);
        channel = static_cast<std::uint8_t>(std::lrint(std::clamp(membrane(x, y)[c] + detail, 0.0f, 255.0f)));
      }
    }
  });
}

}  // namespace portrait_depth
