#include "matting/background_colors.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

namespace portrait_depth {
namespace {

// Found on the 50 people of `make evaluate-photo3d` and the phone photos of `make matte-error`.
constexpr float kNoise = 0.015f;     // standard deviation that is added: even a plain wall has some
constexpr float kFewestPixels = 30;  // fewer do not define a distribution

// Sums over a neighborhood's background pixels: count, r, g, b, rr, rg, rb, gg, gb, bb.
using Moments = std::array<float, 10>;

// The sums over 2 radius + 1 rows and columns, fewer at the borders.
void sum_windows(Plane<Moments>& moments, int radius) {
  const auto sum_line = [radius](int length, auto&& at) {
    std::vector<Moments> line(static_cast<std::size_t>(length));
    for (int i = 0; i < length; ++i) line[static_cast<std::size_t>(i)] = at(i);
    std::array<double, 10> sum = {};
    const auto add = [&](int i, double sign) {
      if (i < 0 || i >= length) return;
      for (std::size_t m = 0; m < sum.size(); ++m)
        sum[m] += sign * static_cast<double>(line[static_cast<std::size_t>(i)][m]);
    };
    for (int i = 0; i < radius; ++i) add(i, 1);
    for (int i = 0; i < length; ++i) {
      add(i + radius, 1);
      add(i - radius - 1, -1);
      for (std::size_t m = 0; m < sum.size(); ++m) at(i)[m] = static_cast<float>(sum[m]);
    }
  };
  for (int y = 0; y < moments.height(); ++y)
    sum_line(moments.width(), [&](int x) -> Moments& { return moments(x, y); });
  for (int x = 0; x < moments.width(); ++x)
    sum_line(moments.height(), [&](int y) -> Moments& { return moments(x, y); });
}

ColorDistribution distribution_from(const Moments& m) {
  ColorDistribution result;
  if (m[0] < kFewestPixels) return result;
  const float scale = 1 / m[0];
  result.mean = {m[1] * scale, m[2] * scale, m[3] * scale};
  const auto& [r, g, b] = result.mean;
  const float rr = std::max(0.0f, m[4] * scale - r * r) + kNoise * kNoise;
  const float gg = std::max(0.0f, m[7] * scale - g * g) + kNoise * kNoise;
  const float bb = std::max(0.0f, m[9] * scale - b * b) + kNoise * kNoise;
  const float rg = m[5] * scale - r * g, rb = m[6] * scale - r * b, gb = m[8] * scale - g * b;
  // The inverse by cofactors.
  const float irr = gg * bb - gb * gb, irg = rb * gb - rg * bb, irb = rg * gb - rb * gg;
  const float igg = rr * bb - rb * rb, igb = rg * rb - rr * gb, ibb = rr * gg - rg * rg;
  const float determinant = rr * irr + rg * irg + rb * irb;
  if (!(determinant > 0)) return result;
  const float inverse = 1 / determinant;
  result.inverse_covariance = {irr * inverse, irg * inverse, irb * inverse,
                               igg * inverse, igb * inverse, ibb * inverse};
  return result;
}

}  // namespace

float ColorDistribution::distance(const Rgb& color) const {
  const float r = color[0] - mean[0], g = color[1] - mean[1], b = color[2] - mean[2];
  const auto& [rr, rg, rb, gg, gb, bb] = inverse_covariance;
  return std::sqrt(
      std::max(0.0f, rr * r * r + gg * g * g + bb * b * b + 2 * (rg * r * g + rb * r * b + gb * g * b)));
}

Rgb color_at(ImageView picture, int x, int y) {
  const std::uint8_t* pixel = picture.pixel(x, y);
  constexpr float kScale = 1.0f / 255;
  return {kScale * static_cast<float>(pixel[0]), kScale * static_cast<float>(pixel[1]),
          kScale * static_cast<float>(pixel[2])};
}

Plane<ColorDistribution> background_colors(ImageView picture, const Plane<float>& from_mask, float margin,
                                           int radius) {
  Plane<Moments> moments(picture.width(), picture.height(), Moments{});
  for (int y = 0; y < picture.height(); ++y)
    for (int x = 0; x < picture.width(); ++x) {
      if (!(from_mask(x, y) > margin)) continue;
      const auto [r, g, b] = color_at(picture, x, y);
      moments(x, y) = {1, r, g, b, r * r, r * g, r * b, g * g, g * b, b * b};
    }
  sum_windows(moments, radius);
  Plane<ColorDistribution> result(picture.width(), picture.height());
  for (int y = 0; y < picture.height(); ++y)
    for (int x = 0; x < picture.width(); ++x) result(x, y) = distribution_from(moments(x, y));
  return result;
}

}  // namespace portrait_depth
