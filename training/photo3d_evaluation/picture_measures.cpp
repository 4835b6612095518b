#include "picture_measures.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "portrait_depth/segmentation.hpp"

namespace portrait_depth {
namespace {

// ITU-R BT.601, of the encoded bytes.
Plane<float> luma_of(ImageView image) {
  Plane<float> luma(image.width(), image.height());
  for (int y = 0; y < image.height(); ++y)
    for (int x = 0; x < image.width(); ++x) {
      const std::uint8_t* p = image.pixel(x, y);
      luma(x, y) = 0.299f * p[0] + 0.587f * p[1] + 0.114f * p[2];
    }
  return luma;
}

float at_border(const Plane<float>& plane, int x, int y) {
  return plane(std::clamp(x, 0, plane.width() - 1), std::clamp(y, 0, plane.height() - 1));
}

// A Gaussian of 11 x 11 pixels with a deviation of 1.5.
Plane<float> blurred(const Plane<float>& plane) {
  static const std::array<float, 11> weights = [] {
    std::array<float, 11> w{};
    float sum = 0;
    for (int i = -5; i <= 5; ++i)
      sum += w[static_cast<std::size_t>(i) + 5] = std::exp(-0.5f * static_cast<float>(i * i) / 2.25f);
    for (float& value : w) value /= sum;
    return w;
  }();
  Plane<float> along(plane.width(), plane.height()), both = along;
  const auto pass = [](const Plane<float>& from, Plane<float>& to, int step_x, int step_y) {
    for (int y = 0; y < from.height(); ++y)
      for (int x = 0; x < from.width(); ++x) {
        float sum = 0;
        for (int i = -5; i <= 5; ++i)
          sum += weights[static_cast<std::size_t>(i) + 5] * at_border(from, x + i * step_x, y + i * step_y);
        to(x, y) = sum;
      }
  };
  pass(plane, along, 1, 0);
  pass(along, both, 0, 1);
  return both;
}

template <class Combine>
Plane<float> combined(const Plane<float>& a, const Plane<float>& b, Combine&& combine) {
  Plane<float> result(a.width(), a.height());
  std::transform(a.values().begin(), a.values().end(), b.values().begin(), result.values().begin(), combine);
  return result;
}

Plane<float> ssim_map(const Plane<float>& a, const Plane<float>& b) {
  constexpr float kC1 = 0.01f * 255 * 0.01f * 255, kC2 = 0.03f * 255 * 0.03f * 255;
  const auto product = [](float p, float q) { return p * q; };
  const Plane<float> mean_a = blurred(a), mean_b = blurred(b);
  const Plane<float> aa = blurred(combined(a, a, product)), bb = blurred(combined(b, b, product)),
                     ab = blurred(combined(a, b, product));
  Plane<float> map(a.width(), a.height());
  for (std::size_t i = 0; i < map.values().size(); ++i) {
    const float ma = mean_a.values()[i], mb = mean_b.values()[i];
    const float variance_a = aa.values()[i] - ma * ma, variance_b = bb.values()[i] - mb * mb;
    const float covariance = ab.values()[i] - ma * mb;
    map.values()[i] = (2 * ma * mb + kC1) * (2 * covariance + kC2) /
                      ((ma * ma + mb * mb + kC1) * (variance_a + variance_b + kC2));
  }
  return map;
}

Plane<float> halved(const Plane<float>& plane) {
  Plane<float> half(plane.width() / 2, plane.height() / 2);
  for (int y = 0; y < half.height(); ++y)
    for (int x = 0; x < half.width(); ++x)
      half(x, y) = 0.25f * (plane(2 * x, 2 * y) + plane(2 * x + 1, 2 * y) + plane(2 * x, 2 * y + 1) +
                            plane(2 * x + 1, 2 * y + 1));
  return half;
}

// Prewitt's differences.
Plane<float> gradient_of(const Plane<float>& plane) {
  Plane<float> gradient(plane.width(), plane.height());
  for (int y = 0; y < plane.height(); ++y)
    for (int x = 0; x < plane.width(); ++x) {
      float across = 0, down = 0;
      for (int i = -1; i <= 1; ++i) {
        across += at_border(plane, x + 1, y + i) - at_border(plane, x - 1, y + i);
        down += at_border(plane, x + i, y + 1) - at_border(plane, x + i, y - 1);
      }
      gradient(x, y) = std::hypot(across, down) / 3;
    }
  return gradient;
}

Plane<float> gradient_likeness(const Plane<float>& a, const Plane<float>& b) {
  constexpr float kC = 170;
  return combined(gradient_of(halved(a)), gradient_of(halved(b)),
                  [](float p, float q) { return (2 * p * q + kC) / (p * p + q * q + kC); });
}

double psnr_of(double mean_square) {
  return 10 * std::log10(255.0 * 255.0 / std::max(mean_square, 1e-3));
}

struct Moments {
  double mean = 0, deviation = 0;
};

// Over the pixels of `map` inside the region. The map may be smaller by an integer factor.
Moments moments(const Plane<float>& map, const Plane<std::uint8_t>* region, int factor) {
  double sum = 0, squares = 0, count = 0;
  for (int y = 0; y < map.height(); ++y)
    for (int x = 0; x < map.width(); ++x) {
      if (region != nullptr && (*region)(x * factor, y * factor) == 0) continue;
      sum += map(x, y);
      squares += static_cast<double>(map(x, y)) * map(x, y);
      ++count;
    }
  const double mean = sum / count;
  return {mean, std::sqrt(std::max(0.0, squares / count - mean * mean))};
}

void add_to(PictureMeasures& sum, const PictureMeasures& m) {
  sum = {sum.psnr + m.psnr, sum.ssim + m.ssim, sum.gmsd + m.gmsd};
}

PictureMeasures divided(const PictureMeasures& sum, int count) {
  return {sum.psnr / count, sum.ssim / count, sum.gmsd / count};
}

// Marks the pixels within `radius` of one.
void mark_disc(Plane<std::uint8_t>& band, int x, int y, int radius) {
  for (int j = std::max(0, y - radius); j <= std::min(band.height() - 1, y + radius); ++j)
    for (int i = std::max(0, x - radius); i <= std::min(band.width() - 1, x + radius); ++i)
      if ((i - x) * (i - x) + (j - y) * (j - y) <= radius * radius) band(i, j) = 1;
}

int band_radius(int width, int height, float reach) {
  return std::max(1, static_cast<int>(reach * static_cast<float>(std::max(width, height))));
}

}  // namespace

double mean_square(ImageView a, ImageView b, const Plane<std::uint8_t>* region) {
  double sum = 0, count = 0;
  for (int y = 0; y < a.height(); ++y)
    for (int x = 0; x < a.width(); ++x) {
      if (region != nullptr && (*region)(x, y) == 0) continue;
      for (int c = 0; c < 3; ++c) {
        const int difference = int{a.pixel(x, y)[c]} - int{b.pixel(x, y)[c]};
        sum += difference * difference;
      }
      count += 3;
    }
  return sum / count;
}

Plane<std::uint8_t> silhouette_band(PlaneView<const float> mask, float reach) {
  const int width = mask.width(), height = mask.height(), radius = band_radius(width, height, reach);
  Plane<std::uint8_t> band(width, height, 0);
  const auto inside = [&](int x, int y) { return mask(x, y) >= kPersonMask; };
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      const bool crosses = (x + 1 < width && inside(x, y) != inside(x + 1, y)) ||
                           (y + 1 < height && inside(x, y) != inside(x, y + 1));
      if (crosses) mark_disc(band, x, y, radius);
    }
  return band;
}

Plane<std::uint8_t> inner_band(PlaneView<const float> metres, PlaneView<const float> mask, float reach) {
  constexpr int kApart = 2;            // pixels
  constexpr float kLeastStep = 0.04f;  // of the depth
  const int width = mask.width(), height = mask.height(), radius = band_radius(width, height, reach);
  Plane<std::uint8_t> band(width, height, 0);
  const auto steps = [&](int x, int y, int u, int v) {
    if (u >= width || v >= height || mask(u, v) < kPersonMask) return false;
    const float a = metres(x, y), b = metres(u, v);
    return std::abs(a - b) > kLeastStep * std::min(a, b);  // false for NaN
  };
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x)
      if (mask(x, y) >= kPersonMask && (steps(x, y, x + kApart, y) || steps(x, y, x, y + kApart)))
        mark_disc(band, x, y, radius);
  return band;
}

FrameMeasures measure(ImageView frame, ImageView truth, const Plane<std::uint8_t>& band,
                      const Plane<std::uint8_t>& inner) {
  const Plane<float> frame_luma = luma_of(frame), truth_luma = luma_of(truth);
  const Plane<float> ssim = ssim_map(frame_luma, truth_luma);
  const Plane<float> likeness = gradient_likeness(frame_luma, truth_luma);
  const auto over = [&](const Plane<std::uint8_t>* region) {
    return PictureMeasures{psnr_of(mean_square(frame, truth, region)), moments(ssim, region, 1).mean,
                           moments(likeness, region, 2).deviation};
  };
  FrameMeasures measures{over(nullptr), over(&band), std::nullopt, 0};
  const auto pixels = inner.values();
  if (std::any_of(pixels.begin(), pixels.end(), [](std::uint8_t pixel) { return pixel != 0; }))
    measures.inner = over(&inner);
  return measures;
}

void MeanMeasures::add(const FrameMeasures& frame) {
  add_to(sum_.whole, frame.whole);
  add_to(sum_.band, frame.band);
  sum_.torn += frame.torn;
  ++count_;
  if (!frame.inner) return;
  if (!sum_.inner) sum_.inner.emplace();
  add_to(*sum_.inner, *frame.inner);
  ++inner_count_;
}

FrameMeasures MeanMeasures::mean() const {
  const int count = std::max(count_, 1);
  FrameMeasures mean{divided(sum_.whole, count), divided(sum_.band, count), std::nullopt, sum_.torn / count};
  if (sum_.inner) mean.inner = divided(*sum_.inner, inner_count_);
  return mean;
}

}  // namespace portrait_depth
