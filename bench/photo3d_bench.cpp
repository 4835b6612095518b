// How fast the 3D photo is drawn, stage by stage.
#include <chrono>
#include <cmath>
#include <cstdio>
#include <vector>

#include "photo3d/rasteriser.hpp"

namespace portrait_depth {
namespace {

// The shortest of several runs, in milliseconds: what the machine can do when nothing disturbs it.
template <class Work>
double best_milliseconds(int runs, Work&& work) {
  double best = 1e30;
  for (int run = 0; run < runs; ++run) {
    const auto start = std::chrono::steady_clock::now();
    work();
    best = std::min(
        best, std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count());
  }
  return best;
}

struct GridMesh {
  std::vector<ScreenVertex> vertices;
  std::vector<std::uint32_t> indices;
};

// A wavy surface over the whole buffer, a vertex every `step` samples.
GridMesh wavy_grid(int width, int height, int step) {
  GridMesh mesh;
  const int columns = width / step + 1, rows = height / step + 1;
  for (int row = 0; row < rows; ++row)
    for (int column = 0; column < columns; ++column) {
      const auto x = static_cast<float>(column * step), y = static_cast<float>(row * step);
      mesh.vertices.push_back(
          {x + std::sin(y / 31), y + std::cos(x / 37), 1 + 0.1f * std::sin(x / 50 + y / 70)});
    }
  const auto at = [&](int column, int row) { return static_cast<std::uint32_t>(row * columns + column); };
  for (int row = 0; row + 1 < rows; ++row)
    for (int column = 0; column + 1 < columns; ++column) {
      const std::uint32_t a = at(column, row), b = at(column + 1, row), c = at(column, row + 1),
                          d = at(column + 1, row + 1);
      mesh.indices.insert(mesh.indices.end(), {a, b, d, a, d, c});
    }
  return mesh;
}

void bench_rasteriser() {
  constexpr int kWidth = 2560, kHeight = 1440;
  std::printf("rasteriser, 2560x1440 samples\n");
  for (const int step : {2, 4, 8, 32, 256}) {
    const GridMesh mesh = wavy_grid(kWidth, kHeight, step);
    VisibilityBuffer target;
    for (const int count : {1, 2}) {
      ThreadPool threads(count);
      DrawOptions options;
      options.threads = &threads;
      double clear = 1e30;
      const double total = best_milliseconds(10, [&] {
        clear = std::min(clear, best_milliseconds(1, [&] { target.clear(kWidth, kHeight); }));
        draw(mesh.vertices, mesh.indices, options, target);
      });
      const auto triangles = static_cast<double>(mesh.indices.size() / 3);
      std::printf("  step %3d, %8.0f triangles, %d threads: %6.2f ms (clear %.2f), %5.1f ns a triangle\n",
                  step, triangles, count, total, clear, (total - clear) * 1e6 / triangles);
    }
  }
}

}  // namespace
}  // namespace portrait_depth

int main() {
  portrait_depth::bench_rasteriser();
}
