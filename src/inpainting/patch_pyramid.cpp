#include "inpainting/patch_pyramid.hpp"

#include <algorithm>
#include <cmath>

namespace portrait_depth {
namespace {

constexpr int kCoarsestSide = 48;  // pixels of the shorter side: the largest hole is a few patches wide there
constexpr std::uint8_t kGray = 128;

PyramidLevel make_level(int width, int height) {
  PyramidLevel level;
  level.width = width;
  level.height = height;
  level.pixels.resize(static_cast<std::size_t>(width) * height * 4, 0);
  level.hole.resize(width, height, 0);
  for (std::size_t i = 0; i < level.pixels.size(); ++i) level.pixels[i] = i % 4 == 3 ? 0 : kGray;
  // A quarter of the longer side counts as much as an error of 10 in each channel.
  constexpr float kQuarterDistance = kPatchSize * kPatchSize * 3 * 10 * 10;
  const float quarter = 0.25f * static_cast<float>(std::max(width, height));
  level.spatial_weight = kQuarterDistance / (quarter * quarter);
  return level;
}

PyramidLevel make_finest_level(const Image& picture, const Plane<std::uint8_t>& hole) {
  PyramidLevel level = make_level(picture.width(), picture.height());
  for (int y = 0; y < level.height; ++y)
    for (int x = 0; x < level.width; ++x) {
      level.hole(x, y) = hole(x, y) != 0;
      if (hole(x, y) == 0) std::copy_n(picture.pixel(x, y), 3, level.pixel(x, y));
    }
  return level;
}

// The mean of the known pixels among 2 x 2. A pixel with fewer than two known ones belongs to the hole.
PyramidLevel halve(const PyramidLevel& fine) {
  constexpr int kFewestKnown = 2;
  PyramidLevel level = make_level(fine.width / 2, fine.height / 2);
  for (int y = 0; y < level.height; ++y)
    for (int x = 0; x < level.width; ++x) {
      int sum[3] = {0, 0, 0}, count = 0;
      for (const int v : {2 * y, 2 * y + 1})
        for (const int u : {2 * x, 2 * x + 1}) {
          if (fine.hole(u, v) != 0) continue;
          for (int c = 0; c < 3; ++c) sum[c] += fine.pixel(u, v)[c];
          ++count;
        }
      level.hole(x, y) = count < kFewestKnown;
      for (int c = 0; c < 3 && count > 0; ++c)
        level.pixel(x, y)[c] = static_cast<std::uint8_t>((sum[c] + count / 2) / count);
    }
  return level;
}

// Colors grow from the rim into the hole, one ring of pixels a pass.
void grow_colors(PyramidLevel& level) {
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

// Gauss-Seidel rounds of Laplace's equation: each pixel of the hole becomes the mean of its four neighbors.
void relax_colors(PyramidLevel& level) {
  constexpr int kRounds = 60;
  std::vector<float> values(level.pixels.begin(), level.pixels.end());
  const auto at = [&](int x, int y) {
    return values.data() + (static_cast<std::size_t>(y) * level.width + x) * 4;
  };
  for (int round = 0; round < kRounds; ++round)
    for (int y = 0; y < level.height; ++y)
      for (int x = 0; x < level.width; ++x) {
        if (level.hole(x, y) == 0) continue;
        const float *left = at(std::max(x - 1, 0), y), *right = at(std::min(x + 1, level.width - 1), y);
        const float *up = at(x, std::max(y - 1, 0)), *down = at(x, std::min(y + 1, level.height - 1));
        for (int c = 0; c < 3; ++c) at(x, y)[c] = (left[c] + right[c] + up[c] + down[c]) / 4;
      }
  for (std::size_t i = 0; i < values.size(); ++i)
    level.pixels[i] = static_cast<std::uint8_t>(std::lrint(values[i]));
}

}  // namespace

std::vector<PyramidLevel> make_pyramid(const Image& picture, const Plane<std::uint8_t>& hole) {
  std::vector<PyramidLevel> pyramid;
  pyramid.push_back(make_finest_level(picture, hole));
  while (std::min(pyramid.back().width, pyramid.back().height) >= 2 * kCoarsestSide)
    pyramid.push_back(halve(pyramid.back()));
  return pyramid;
}

void find_source_patches(PyramidLevel& level) {
  const int columns = level.patch_columns(), rows = level.patch_rows();
  level.is_source.resize(columns, rows, 0);
  level.nearest.resize(columns, rows, NearestPatch{});
  level.source_count = 0;
  // The number of hole pixels in each column of kPatchSize pixels, updated from row to row.
  std::vector<int> in_column(static_cast<std::size_t>(level.width), 0);
  for (int y = 0; y < level.height; ++y) {
    for (int x = 0; x < level.width; ++x) {
      int& count = in_column[static_cast<std::size_t>(x)];
      count += level.hole(x, y);
      if (y >= kPatchSize) count -= level.hole(x, y - kPatchSize);
    }
    const int patch_row = y - kPatchSize + 1;
    if (patch_row < 0) continue;
    int sum = 0;
    for (int x = 0; x < level.width; ++x) {
      sum += in_column[static_cast<std::size_t>(x)];
      if (x >= kPatchSize) sum -= in_column[static_cast<std::size_t>(x - kPatchSize)];
      if (x < kPatchSize - 1) continue;
      level.is_source(x - kPatchSize + 1, patch_row) = sum == 0;
      level.source_count += sum == 0;
    }
  }
}

void fill_hole_smoothly(PyramidLevel& level) {
  grow_colors(level);
  relax_colors(level);
}

void upsample_hole(const PyramidLevel& coarse, PyramidLevel& fine) {
  for (int y = 0; y < fine.height; ++y)
    for (int x = 0; x < fine.width; ++x) {
      if (fine.hole(x, y) == 0) continue;
      const int u = std::min(x / 2, coarse.width - 1), v = std::min(y / 2, coarse.height - 1);
      std::copy_n(coarse.pixel(u, v), 3, fine.pixel(x, y));
    }
}

}  // namespace portrait_depth
