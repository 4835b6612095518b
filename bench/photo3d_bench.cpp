// Times of the 3D photo's stages.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <vector>

#include "photo3d/depth_mesh.hpp"
#include "portrait_depth/photo3d.hpp"
#include "render/rasterizer.hpp"

namespace portrait_depth {
namespace {

// Processor time of all threads, in milliseconds: it depends less on other programs than the elapsed time.
double processor_milliseconds() {
  return static_cast<double>(std::clock()) * 1000 / CLOCKS_PER_SEC;
}

// The shortest time of several runs, in milliseconds.
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

void bench_rasterizer() {
  constexpr int kWidth = 2560, kHeight = 1440;
  std::printf("rasterizer, 2560x1440 samples\n");
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
      const std::size_t corners = mesh.indices.size();
      const double triangles = static_cast<double>(corners) / 3;
      std::printf("  step %3d, %8.0f triangles, %d threads: %6.2f ms (clear %.2f), %5.1f ns a triangle\n",
                  step, triangles, count, total, clear, (total - clear) * 1e6 / triangles);
    }
  }
}

// A synthetic portrait: a textured head in front of shoulders, 45 % of the picture, in front of a textured
// wall.
struct Portrait {
  Image photo;
  Plane<float> metres, mask;
};

Portrait make_portrait(int width, int height) {
  Portrait p{Image(width, height), Plane<float>(width, height, NAN), Plane<float>(width, height, 0.0f)};
  const auto w = static_cast<float>(width), h = static_cast<float>(height);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      const float fx = (static_cast<float>(x) + 0.5f - w / 2) / h, fy = (static_cast<float>(y) + 0.5f) / h;
      const float head = 1 - std::hypot(fx / 0.2f, (fy - 0.4f) / 0.27f);
      const float body = 1 - std::hypot(fx / 0.75f, (fy - 1.05f) / 0.5f);
      const float mask = std::clamp(std::max(head * 0.2f * h, body * 0.5f * h) / 3 + 0.5f, 0.0f, 1.0f);
      p.mask(x, y) = mask;
      if (mask > 0) p.metres(x, y) = head > 0 ? 0.85f - 0.1f * std::sqrt(head) : 1.0f;
      for (int c = 0; c < 3; ++c)
        p.photo.pixel(x, y)[c] = static_cast<std::uint8_t>(
            128 + 60 * std::sin(fx * (30.0f + 7.0f * static_cast<float>(c))) * std::sin(fy * 40) +
            40 * (mask - 0.5f));
    }
  return p;
}

void bench_photo3d() {
  std::printf("3D photo, frames of the photo's size, orbit\n");
  struct Size {
    const char* name;
    int width, height;
  };
  for (const Size& size :
       {Size{"360p", 640, 360}, Size{"720p", 1280, 720}, Size{"1080p", 1920, 1080}, Size{"4K", 3840, 2160}}) {
    const Portrait p = make_portrait(size.width, size.height);
    const Intrinsics intrinsics = Intrinsics::assumed(size.width, size.height);
    Photo3DOptions options;
    options.max_texture_size = size.width;
    ThreadPool both_cores(2);
    DepthMeshOptions mesh;
    mesh.step = default_grid_step(size.width, size.height);
    const double mesh_ms =
        best_milliseconds(3, [&] { make_depth_mesh(p.metres, p.mask, intrinsics, mesh, both_cores); });
    const double build_ms =
        best_milliseconds(2, [&] { Photo3D::build(p.photo, p.metres, p.mask, intrinsics, 0.8f, options); });
    const Photo3D photo = Photo3D::build(p.photo, p.metres, p.mask, intrinsics, 0.8f, options);
    const CameraPath path = photo.camera_path();
    std::printf("  %-5s %4d x %4d: build %7.1f ms, of it the mesh %6.1f ms (%zu triangles)\n", size.name,
                size.width, size.height, build_ms, mesh_ms, photo.person_mesh().indices.size() / 3);
    for (const int count : {1, 2}) {
      ThreadPool threads(count);
      Image frame;
      double processor_ms = 1e30;
      const double wall_ms = best_milliseconds(5, [&] {
        const double start = processor_milliseconds();
        for (std::size_t i = 0; i < path.size(); i += 6)
          photo.render(path[i], size.width, size.height, frame, threads);
        processor_ms = std::min(processor_ms, processor_milliseconds() - start);
      });
      const double frame_ms = wall_ms / 10, pixels = size.width * static_cast<double>(size.height);
      std::printf(
          "        %d threads: %6.2f ms a frame, %5.1f frames/s; processor time %6.2f ms, %4.1f ns a pixel\n",
          count, frame_ms, 1000 / frame_ms, processor_ms / 10, processor_ms / 10 * 1e6 / pixels);
    }
  }
}

}  // namespace
}  // namespace portrait_depth

int main() {
  portrait_depth::bench_rasterizer();
  portrait_depth::bench_photo3d();
}
