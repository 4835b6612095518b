// Shades rows of pixels, compiled once for every instruction set (included by renderer.cpp only). A color is
// one vector of four floats: red, green, blue (linear light, premultiplied) and alpha, 0..65535.

#if defined(PORTRAIT_DEPTH_SHADING_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef PORTRAIT_DEPTH_SHADING_INL
#undef PORTRAIT_DEPTH_SHADING_INL
#else
#define PORTRAIT_DEPTH_SHADING_INL
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>

#include "render/color4-inl.hpp"
#include "render/shading.hpp"

HWY_BEFORE_NAMESPACE();
namespace portrait_depth::HWY_NAMESPACE {
// The position of 0..1 among the texels. NaN, from a view along a plane or from far away, becomes the first
// texel.
HWY_INLINE float texel_at(float u, int texels) {
  const auto size = static_cast<float>(texels);
  return std::min(std::max(0.0f, u * size - 0.5f), size - 1);  // the order of max's arguments drops NaN
}

// u, v are 0..1 over the texture.
HWY_INLINE Color sample_level(const TextureLevel& level, float u, float v) {
  const float x = texel_at(u, level.width), y = texel_at(v, level.height);
  const int x0 = static_cast<int>(x), y0 = static_cast<int>(y);
  const float tx = x - static_cast<float>(x0), ty = y - static_cast<float>(y0);
  const std::uint16_t* upper = level.row(y0) + static_cast<std::ptrdiff_t>(x0) * 4;
  const std::uint16_t* lower = upper + level.row_texels() * 4;
  const Color above = mix(load_texel(upper), load_texel(upper + 4), tx);
  const Color below = mix(load_texel(lower), load_texel(lower + 4), tx);
  return mix(above, below, ty);
}

HWY_INLINE Color sample(const TextureSampler& texture, float u, float v) {
  const Color fine = sample_level(*texture.fine, u, v);
  if (texture.coarse_weight == 0) return fine;
  return mix(fine, sample_level(*texture.coarse, u, v), texture.coarse_weight);
}

// Mirrors coordinates beyond the texture, stretched.
HWY_INLINE float fold(float u) {
  if (u >= 0 && u <= 1) return u;
  return u < 0 ? mirrored_inwards(-u) : 1 - mirrored_inwards(u - 1);
}

// The background's color at the frame's point (x, y).
HWY_INLINE Color background_at(const ShadingJob& job, float x, float y) {
  const Vec3 at = {job.plane_origin.x + x * job.plane_dx.x + y * job.plane_dy.x,
                   job.plane_origin.y + x * job.plane_dx.y + y * job.plane_dy.y,
                   job.plane_origin.z + x * job.plane_dx.z + y * job.plane_dy.z};
  const float inv_w = 1 / at.z;
  return sample(job.background, fold(at.x * inv_w), fold(at.y * inv_w));
}

// The person's color at the sample position (x, y) on a triangle, or at the nearest point of it.
HWY_INLINE Color person_at(const ShadingJob& job, std::uint32_t triangle, float x, float y) {
  const std::uint32_t* index =
      triangle < job.mesh_triangles
          ? job.indices + 3 * static_cast<std::size_t>(triangle)
          : job.seam_indices + 3 * static_cast<std::size_t>(triangle - job.mesh_triangles);
  const ScreenVertex &a = job.vertices[index[0]], &b = job.vertices[index[1]], &c = job.vertices[index[2]];
  const float ax = a.x - x, ay = a.y - y, bx = b.x - x, by = b.y - y, cx = c.x - x, cy = c.y - y;
  const float area = (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
  const float sign = area < 0 ? -1.0f : 1.0f;
  // A pixel's middle may lie outside the triangle of its sample. On a steep triangle, negative weights would
  // give a distant texel.
  const float wa = std::max(sign * (bx * cy - by * cx), 0.0f) * a.inv_z;
  const float wb = std::max(sign * (cx * ay - cy * ax), 0.0f) * b.inv_z;
  const float wc = std::max(sign * (ax * by - ay * bx), 0.0f) * c.inv_z;
  constexpr float kLeastSum = 1e-20f;  // against division by 0
  const float scale = 1 / std::max(wa + wb + wc, kLeastSum);
  const auto &ta = job.texture_coordinates[index[0]], &tb = job.texture_coordinates[index[1]],
             &tc = job.texture_coordinates[index[2]];
  return sample(job.person, (wa * ta[0] + wb * tb[0] + wc * tc[0]) * scale,
                (wa * ta[1] + wb * tb[1] + wc * tc[1]) * scale);
}

// The surfaces at the four samples of a pixel.
struct Samples {
  std::uint32_t triangle[4];
  float inv_z[4];

  HWY_INLINE bool none() const {
    return (triangle[0] & triangle[1] & triangle[2] & triangle[3]) == kNoTriangle;
  }
  // True if one surface covers the pixel: it is shaded once.
  HWY_INLINE bool one_surface() const {
    const float low = std::min(std::min(inv_z[0], inv_z[1]), std::min(inv_z[2], inv_z[3]));
    const float high = std::max(std::max(inv_z[0], inv_z[1]), std::max(inv_z[2], inv_z[3]));
    constexpr float kSameSurface = 0.01f;  // of 1/Z: less than a step at a depth edge
    return low > 0 && high - low < kSameSurface * high;
  }
};

HWY_INLINE Samples load_samples(const VisibilityBand& band, int x, int y) {
  Samples samples;
  for (int j = 0; j < 2; ++j) {
    std::memcpy(samples.triangle + 2 * j, band.triangle.row(2 * y + j) + 2 * x, 2 * sizeof(std::uint32_t));
    std::memcpy(samples.inv_z + 2 * j, band.inv_z.row(2 * y + j) + 2 * x, 2 * sizeof(float));
  }
  return samples;
}

// The mean of the person's colors at the four samples; samples without the person add 0.
HWY_INLINE Color person_by_samples(const ShadingJob& job, const Samples& samples, int x, int y) {
  Color sum = no_color();
  for (int i = 0; i < 4; ++i) {
    if (samples.triangle[i] == kNoTriangle) continue;
    const float sx = static_cast<float>(2 * x + (i & 1)) + 0.5f,
                sy = static_cast<float>(2 * y + (i >> 1)) + 0.5f;
    sum = add_scaled(sum, 0.25f, person_at(job, samples.triangle[i], sx, sy));
  }
  return sum;
}

HWY_INLINE void store_rgb(const ShadingJob& job, Color color, float scale, std::uint8_t* pixel) {
  std::int32_t step[4];
  store_rounded(color, scale * static_cast<float>(kSrgbSteps) / kOpaque, step);
  for (int c = 0; c < 3; ++c) pixel[c] = job.srgb_from_linear[std::min(step[c], kSrgbSteps)];
}

// Stores straight alpha.
HWY_INLINE void store_rgba(const ShadingJob& job, Color color, std::uint8_t* pixel) {
  const float alpha = alpha_of(color) / kOpaque;
  pixel[3] = static_cast<std::uint8_t>(std::lrint(alpha * 255));
  store_rgb(job, color, alpha > 0 ? 1 / alpha : 1, pixel);
}

// Shades row y of the frame.
void shade_row(const ShadingJob& frame_job, const VisibilityBand& frame_band, int y, std::uint8_t* pixels) {
  // Local copies, so that the compiler can assume that stores to pixels do not change them.
  const ShadingJob job = frame_job;
  const VisibilityBand band = frame_band;
  constexpr float kOpaqueAlpha = 0.9995f;  // rounds to 255
  const int row = y - band.first_row / 2;
  const float frame_y = static_cast<float>(y) + 0.5f;
  for (int x = 0; x < job.width; ++x) {
    const float frame_x = static_cast<float>(x) + 0.5f;
    const Samples samples = load_samples(band, x, row);
    Color color = no_color();
    if (samples.none()) {
      if (!job.transparent) color = background_at(job, frame_x, frame_y);
    } else {
      color = samples.one_surface() ? person_at(job, samples.triangle[0], 2 * frame_x, 2 * frame_y)
                                    : person_by_samples(job, samples, x, y);
      const float alpha = alpha_of(color) / kOpaque;
      if (alpha < kOpaqueAlpha && !job.transparent)
        color = add_scaled(color, 1 - alpha, background_at(job, frame_x, frame_y));
    }
    if (job.transparent)
      store_rgba(job, color, pixels + static_cast<std::ptrdiff_t>(x) * 4);
    else
      store_rgb(job, color, 1, pixels + static_cast<std::ptrdiff_t>(x) * 3);
  }
}

}  // namespace portrait_depth::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
