// Laplace's equation, solved from a coarse size to the finest (A. Brandt, Multi-Level Adaptive Solutions to
// Boundary-Value Problems, 1977) by Gauss-Seidel rounds in two colors.
#include "inpainting/membrane.hpp"

#include <algorithm>

namespace portrait_depth {
namespace {

constexpr int kSmallestSide = 4;
constexpr int kRounds = 8;

struct MembraneLevel {
  Plane<Rgb> values;
  Plane<Spanned> place;
};

// Where anything is fixed, its mean is; where not, but something is open, it is open.
MembraneLevel halve(const Plane<Rgb>& values, const Plane<Spanned>& place) {
  MembraneLevel half;
  const int width = (place.width() + 1) / 2, height = (place.height() + 1) / 2;
  half.values.resize(width, height, Rgb{});
  half.place.resize(width, height, Spanned::outside);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      Rgb sum{};
      int fixed = 0;
      for (int v = 2 * y; v <= std::min(2 * y + 1, place.height() - 1); ++v)
        for (int u = 2 * x; u <= std::min(2 * x + 1, place.width() - 1); ++u) {
          if (place(u, v) == Spanned::open && fixed == 0) half.place(x, y) = Spanned::open;
          if (place(u, v) != Spanned::fixed) continue;
          half.place(x, y) = Spanned::fixed;
          for (std::size_t c = 0; c < 3; ++c) sum[c] += values(u, v)[c];
          ++fixed;
        }
      for (std::size_t c = 0; c < 3 && fixed > 0; ++c)
        half.values(x, y)[c] = sum[c] / static_cast<float>(fixed);
    }
  return half;
}

// Bilinearly, between the coarse cells that count.
void begin_from(const MembraneLevel& coarse, Plane<Rgb>& values, const Plane<Spanned>& place) {
  const auto blend = [&](int x, int y) {
    Rgb sum{};
    float weights = 0;
    const auto add = [&](int u, int v, float weight) {
      if (u < 0 || v < 0 || u >= coarse.place.width() || v >= coarse.place.height()) return;
      if (coarse.place(u, v) == Spanned::outside) return;
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
  for (int y = 0; y < place.height(); ++y)
    for (int x = 0; x < place.width(); ++x)
      if (place(x, y) == Spanned::open) values(x, y) = blend(x, y);
}

void relax(Plane<Rgb>& values, const Plane<Spanned>& place, int rounds, ThreadPool& threads) {
  const int width = place.width(), height = place.height();
  const auto relax_pixel = [&](int x, int y) {
    Rgb sum{};
    float count = 0;
    const auto add = [&](int u, int v) {
      if (u < 0 || v < 0 || u >= width || v >= height || place(u, v) == Spanned::outside) return;
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
        if (place(x, y) == Spanned::open) relax_pixel(x, y);
    });
}

}  // namespace

void span_membrane(Plane<Rgb>& values, const Plane<Spanned>& place, ThreadPool& threads) {
  const bool smallest = std::min(place.width(), place.height()) < 2 * kSmallestSide;
  if (smallest) {
    for (int y = 0; y < place.height(); ++y)
      for (int x = 0; x < place.width(); ++x)
        if (place(x, y) == Spanned::open) values(x, y) = Rgb{};
  } else {
    MembraneLevel half = halve(values, place);
    span_membrane(half.values, half.place, threads);
    begin_from(half, values, place);
  }
  relax(values, place, smallest ? 8 * kRounds : kRounds, threads);
}

}  // namespace portrait_depth
