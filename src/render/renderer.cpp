#include "render/renderer.hpp"

#include <algorithm>
#include <cmath>

#include "image/srgb.hpp"
#include "render/shading.hpp"
#include "render/view.hpp"

// Compiles the shading for every instruction set; the first call chooses the best one that the machine has.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "render/renderer.cpp"
#include <hwy/foreach_target.h>  // must come before highway.h
#include <hwy/highway.h>

#include "render/shading-inl.hpp"

#if HWY_ONCE
namespace portrait_depth {
namespace {

HWY_EXPORT(shade_row);

constexpr int kBandRows = 16;  // of the frame: the samples of a band fit into the second-level cache

// Full detail up to slightly more than a texel a pixel; above, the coarser level fades in.
TextureSampler choose_level(const LinearTexture& texture, float texels_per_pixel) {
  constexpr float kFadeFrom = 0.3f;      // levels
  constexpr float kLeastDetail = 1e-6f;  // texels a pixel, against the logarithm of 0
  const float detail = std::max(0.0f, std::log2(std::max(texels_per_pixel, kLeastDetail)));
  const auto last = static_cast<float>(texture.levels.size() - 1);
  const float fine = std::min(std::floor(detail), last), coarse = std::min(fine + 1, last);
  const float fade = std::clamp((detail - fine - kFadeFrom) / (1 - kFadeFrom), 0.0f, 1.0f);
  return {&texture.levels[static_cast<std::size_t>(fine)], &texture.levels[static_cast<std::size_t>(coarse)],
          fade * fade * (3 - 2 * fade)};
}

// The number of texels that a pixel of the view spans at a distance, for a texture over the whole photo.
float texels_per_pixel(const LinearTexture& texture, const Intrinsics& photo, const View& view,
                       float metres) {
  const float texture_focal =
      photo.fx * static_cast<float>(texture.width()) / static_cast<float>(photo.width);
  constexpr float kLeastDistance = 1e-3f;  // metres, for cameras at or beyond the distance
  const float from_view = std::max(metres - view.position.z, kLeastDistance);
  return texture_focal / view.focal_x * from_view / metres;
}

// Draws the seams over cuts where the band is empty. Their numbers follow those of the mesh's triangles.
void draw_seams(std::span<const ScreenVertex> vertices, const Scene& scene,
                std::span<const RowRange> run_rows, const VisibilityBand& band) {
  const CoverageTest where_empty = [&band](std::uint32_t, const Barycentric&, int x, int y) {
    return band.triangle(x, y - band.first_row) == kNoTriangle;
  };
  DrawOptions options;
  options.first_triangle = static_cast<std::uint32_t>(scene.person->indices.size() / 3);
  options.test = &where_empty;
  draw_band(vertices, *scene.person_seams, run_rows, options, band);
}

// The homography from the frame to the background's texture. A ray C + s d meets the plane Z = B at s = (B -
// C.z) / d.z; times d.z, that point is linear in the pixel.
void place_background(const Scene& scene, const View& view, ShadingJob& job) {
  const Intrinsics& photo = scene.intrinsics;
  const float depth = scene.background_metres, reach = depth - view.position.z;
  const auto texture_point = [&](const Vec3& ray) {
    const float x = view.position.x * ray.z + reach * ray.x, y = view.position.y * ray.z + reach * ray.y;
    return Vec3{(photo.fx * x / depth + photo.cx * ray.z) / static_cast<float>(photo.width),
                (photo.fy * y / depth + photo.cy * ray.z) / static_cast<float>(photo.height), ray.z};
  };
  job.plane_origin = texture_point(view.ray(0, 0));
  job.plane_dx = texture_point(view.ray(1, 0)) - job.plane_origin;
  job.plane_dy = texture_point(view.ray(0, 1)) - job.plane_origin;
}

}  // namespace

Renderer::Renderer() : srgb_from_linear_(kSrgbSteps + 1) {
  for (int i = 0; i <= kSrgbSteps; ++i)
    srgb_from_linear_[static_cast<std::size_t>(i)] = srgb_from_linear(static_cast<float>(i) / kSrgbSteps);
}

void Renderer::render(const Scene& scene, const CameraPose& camera, int width, int height, Image& frame,
                      ThreadPool& threads) {
  const View view = make_view(camera, scene.intrinsics, width, height);
  const Mesh& mesh = *scene.person;
  constexpr int kVerticesAtOnce = 4096;  // of one task
  const int vertex_count = static_cast<int>(mesh.positions.size());
  vertices_.resize(mesh.positions.size());
  threads.parallel_for((vertex_count + kVerticesAtOnce - 1) / kVerticesAtOnce, [&](int chunk, int) {
    const int end = std::min(vertex_count, (chunk + 1) * kVerticesAtOnce);
    for (auto i = static_cast<std::size_t>(chunk) * kVerticesAtOnce; i < static_cast<std::size_t>(end); ++i) {
      const ScreenVertex pixel = view.project(mesh.positions[i]);
      vertices_[i] = {pixel.x * kSamplesAcross, pixel.y * kSamplesAcross, pixel.inv_z};
    }
  });
  find_run_rows(vertices_, mesh.indices, run_rows_);
  find_run_rows(vertices_, *scene.person_seams, seam_run_rows_);

  ShadingJob job;
  job.vertices = vertices_.data();
  job.indices = mesh.indices.data();
  job.seam_indices = scene.person_seams->data();
  job.mesh_triangles = static_cast<std::uint32_t>(mesh.indices.size() / 3);
  job.texture_coordinates = mesh.texture_coordinates.data();
  job.transparent = scene.background_texture->levels.empty();
  job.person = choose_level(*scene.person_texture, texels_per_pixel(*scene.person_texture, scene.intrinsics,
                                                                    view, scene.pivot_metres));
  if (!job.transparent) {
    job.background = choose_level(
        *scene.background_texture,
        texels_per_pixel(*scene.background_texture, scene.intrinsics, view, scene.background_metres));
    place_background(scene, view, job);
  }
  job.srgb_from_linear = srgb_from_linear_.data();
  job.width = width;

  frame.resize(width, height, job.transparent ? 4 : 3);
  bands_.resize(static_cast<std::size_t>(threads.threads()));
  threads.parallel_for((height + kBandRows - 1) / kBandRows, [&](int index, int thread) {
    const int first_row = index * kBandRows, rows = std::min(kBandRows, height - first_row);
    VisibilityBuffer& buffer = bands_[static_cast<std::size_t>(thread)];
    buffer.clear(width * kSamplesAcross, kBandRows * kSamplesAcross);
    const VisibilityBand band{buffer.inv_z.view(), buffer.triangle.view(), first_row * kSamplesAcross};
    draw_band(vertices_, mesh.indices, run_rows_, {}, band);
    draw_seams(vertices_, scene, seam_run_rows_, band);
    for (int y = first_row; y < first_row + rows; ++y)
      HWY_DYNAMIC_DISPATCH(shade_row)(job, band, y, frame.row(y));
  });
}

}  // namespace portrait_depth
#endif  // HWY_ONCE
