// Laplace's equation, solved from a coarse size to the finest (A. Brandt, Multi-Level Adaptive Solutions to
// Boundary-Value Problems, 1977) by Gauss-Seidel rounds in red-black order.
#include "inpainting/membrane.hpp"

#include <algorithm>

namespace portrait_depth {
namespace {

constexpr int kSmallestSide = 4;     // cells of the coarsest size
constexpr int kFinerRounds = 8;      // of relaxation a size
constexpr int kCoarsestRounds = 64;  // the coarsest size starts from 0

struct MembraneLevel {
  Plane<Rgb> values;
  Plane<MembraneCell> cells;
};

// A coarse cell is known, with the mean value, if any of its 2 x 2 cells is; else unknown if any of them is.
MembraneLevel halve(const Plane<Rgb>& values, const Plane<MembraneCell>& cells) {
  MembraneLevel half;
  const int width = (cells.width() + 1) / 2, height = (cells.height() + 1) / 2;
  half.values.resize(width, height, Rgb{});
  half.cells.resize(width, height, MembraneCell::outside);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      Rgb sum{};
      int known = 0;
      for (int v = 2 * y; v <= std::min(2 * y + 1, cells.height() - 1); ++v)
        for (int u = 2 * x; u <= std::min(2 * x + 1, cells.width() - 1); ++u) {
          if (cells(u, v) == MembraneCell::unknown && known == 0) half.cells(x, y) = MembraneCell::unknown;
          if (cells(u, v) != MembraneCell::known) continue;
          half.cells(x, y) = MembraneCell::known;
          for (std::size_t c = 0; c < 3; ++c) sum[c] += values(u, v)[c];
          ++known;
        }
      for (std::size_t c = 0; c < 3 && known > 0; ++c)
        half.values(x, y)[c] = sum[c] / static_cast<float>(known);
    }
  return half;
}

// Bilinear interpolation of the coarse cells that are not outside, with weights in sixteenths.
void prolongate(const MembraneLevel& coarse, Plane<Rgb>& values, const Plane<MembraneCell>& cells) {
  const auto blend = [&](int x, int y) {
    Rgb sum{};
    float weights = 0;
    const auto add = [&](int u, int v, float weight) {
      if (u < 0 || v < 0 || u >= coarse.cells.width() || v >= coarse.cells.height()) return;
      if (coarse.cells(u, v) == MembraneCell::outside) return;
      for (std::size_t c = 0; c < 3; ++c) sum[c] += weight * coarse.values(u, v)[c];
      weights += weight;
    };
    const int u = x / 2, v = y / 2, beside_u = x % 2 == 0 ? u - 1 : u + 1,
              beside_v = y % 2 == 0 ? v - 1 : v + 1;
    add(u, v, 9);
    add(beside_u, v, 3);
    add(u, beside_v, 3);
    add(beside_u, beside_v, 1);
    for (float& channel : sum) channel /= weights;
    return sum;
  };
  for (int y = 0; y < cells.height(); ++y)
    for (int x = 0; x < cells.width(); ++x)
      if (cells(x, y) == MembraneCell::unknown) values(x, y) = blend(x, y);
}

void relax(Plane<Rgb>& values, const Plane<MembraneCell>& cells, int rounds, ThreadPool& threads) {
  const int width = cells.width(), height = cells.height();
  const auto relax_pixel = [&](int x, int y) {
    Rgb sum{};
    float count = 0;
    const auto add = [&](int u, int v) {
      if (u < 0 || v < 0 || u >= width || v >= height || cells(u, v) == MembraneCell::outside) return;
      for (std::size_t c = 0; c < 3; ++c) sum[c] += values(u, v)[c];
      ++count;
    };
    add(x - 1, y);
    add(x + 1, y);
    add(x, y - 1);
    add(x, y + 1);
    for (std::size_t c = 0; c < 3 && count > 0; ++c) values(x, y)[c] = sum[c] / count;
  };
  for (int round = 0; round < 2 * rounds; ++round)
    threads.parallel_for(height, [&](int y, int) {
      for (int x = (y + round) % 2; x < width; x += 2)
        if (cells(x, y) == MembraneCell::unknown) relax_pixel(x, y);
    });
}

}  // namespace

void interpolate_membrane(Plane<Rgb>& values, const Plane<MembraneCell>& cells, ThreadPool& threads) {
  const bool smallest = std::min(cells.width(), cells.height()) < 2 * kSmallestSide;
  if (smallest) {
    for (int y = 0; y < cells.height(); ++y)
      for (int x = 0; x < cells.width(); ++x)
        if (cells(x, y) == MembraneCell::unknown) values(x, y) = Rgb{};
  } else {
    MembraneLevel half = halve(values, cells);
    interpolate_membrane(half.values, half.cells, threads);
    prolongate(half, values, cells);
  }
  relax(values, cells, smallest ? kCoarsestRounds : kFinerRounds, threads);
}

}  // namespace portrait_depth
