#include "depth/head_pass.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "depth/no_depth.hpp"
#include "portrait_depth/segmentation.hpp"

namespace portrait_depth {
namespace {

// In heights of the face from the brows to the chin: the height of the crop, and its middle above the face's.
constexpr float kCropHeight = 2.7f, kAbove = 0.28f;
// A head's crop that is wider than this share of the person's is not worth a run.
constexpr float kLargestShare = 0.8f;
// The share of the head's run over the face, chosen on rendered people (docs/evaluation.md).
constexpr float kHeadShare = 0.7f;
// The ellipse around the middle, as shares of the crop: full share inside of half of it, none outside.
constexpr float kRadius = 0.48f, kMiddle = 0.48f;
// Slopes of the person's relief over the head, downward. A head that is tipped far back looks unlike any face
// in a crop of its own: from the first slope on, the second look has less share, at the second none.
constexpr float kTippedBack = -0.5f, kTippedFarBack = -0.9f;
constexpr double kLeastWeight = 40;  // pixels that decide tilt and distance

float smooth_step(float t) {
  t = std::clamp(t, 0.0f, 1.0f);
  return t * t * (3 - 2 * t);
}

/// The value of `head` over a pixel of the person's relief: the mean of its bilinear values at places that
/// are no farther apart than its pixels. NaN where less than half of it is known.
float mean_in(const CroppedRelief& head, int width, int height, const Box& pixel) {
  const int places = std::max(1, static_cast<int>(std::ceil(pixel.width)));
  const float apart = pixel.width / static_cast<float>(places);
  float sum = 0, weights = 0;
  const auto add = [&](int x, int y, float weight) {
    if (x < 0 || y < 0 || x >= width || y >= height) return;
    const std::size_t i =
        static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x);
    if (!(head.mask[i] >= kPersonMask) || !std::isfinite(head.relief[i])) return;
    sum += weight * head.relief[i];
    weights += weight;
  };
  for (int row = 0; row < places; ++row)
    for (int column = 0; column < places; ++column) {
      const float at_x = pixel.x + (static_cast<float>(column) + 0.5f) * apart - 0.5f;
      const float at_y = pixel.y + (static_cast<float>(row) + 0.5f) * apart - 0.5f;
      const float left = std::floor(at_x), top = std::floor(at_y), x = at_x - left, y = at_y - top;
      const int first_x = static_cast<int>(left), first_y = static_cast<int>(top);
      add(first_x, first_y, (1 - x) * (1 - y));
      add(first_x + 1, first_y, x * (1 - y));
      add(first_x, first_y + 1, (1 - x) * y);
      add(first_x + 1, first_y + 1, x * y);
    }
  return weights > 0.5f * static_cast<float>(places * places) ? sum / weights : kNoDepth;
}

/// The plane a + b x + c y that fits values in the weighted mean square.
class PlaneFit {
 public:
  void add(double weight, double x, double y, double value) {
    const std::array<double, 3> basis = {1, x, y};
    for (std::size_t i = 0; i < 3; ++i) {
      for (std::size_t j = 0; j < 3; ++j) moments_[i][j] += weight * basis[i] * basis[j];
      moments_[i][3] += weight * basis[i] * value;
    }
  }
  double weight() const { return moments_[0][0]; }
  /// By Gaussian elimination; the moments are positive definite, and a small ridge keeps a line of pixels
  /// apart.
  std::array<double, 3> solve() const {
    auto m = moments_;
    for (std::size_t i = 1; i < 3; ++i) m[i][i] += 1e-9 * m[0][0];
    for (std::size_t i = 0; i < 3; ++i)
      for (std::size_t row = i + 1; row < 3; ++row) {
        const double factor = m[row][i] / m[i][i];
        for (std::size_t column = i; column < 4; ++column) m[row][column] -= factor * m[i][column];
      }
    std::array<double, 3> result = {};
    for (std::size_t i = 3; i-- > 0;) {
      double rest = m[i][3];
      for (std::size_t column = i + 1; column < 3; ++column) rest -= m[i][column] * result[column];
      result[i] = rest / m[i][i];
    }
    return result;
  }

 private:
  std::array<std::array<double, 4>, 3> moments_ = {};
};

/// Calls `use(index, x, y, share, value)` for each pixel of the person's relief on which both runs have a
/// value: x and y from the head crop's middle in its widths and heights, `share` 0..1 in the ellipse, the
/// head's value in widths of the person's crop.
template <typename Use>
void for_shared_pixels(std::span<const float> relief, std::span<const float> mask, const Box& crop,
                       const CroppedRelief& head, int width, int height, const Use& use) {
  // A pixel of the person's relief, in pixels of the head's.
  const float scale = crop.width / head.crop.width;
  const float offset_x = (crop.x - head.crop.x) / head.crop.width * static_cast<float>(width);
  const float offset_y = (crop.y - head.crop.y) / head.crop.height * static_cast<float>(height);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      const std::size_t i =
          static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x);
      if (!(mask[i] >= kPersonMask) || !std::isfinite(relief[i])) continue;
      const Box pixel = {offset_x + static_cast<float>(x) * scale, offset_y + static_cast<float>(y) * scale,
                         scale, scale};
      const float across = (pixel.x + 0.5f * scale) / static_cast<float>(width) - 0.5f;
      const float down = (pixel.y + 0.5f * scale) / static_cast<float>(height) - kMiddle;
      const float share = smooth_step(2 * (1 - std::hypot(across, down) / kRadius));
      if (share <= 0) continue;
      const float value = mean_in(head, width, height, pixel) / scale;
      if (std::isfinite(value)) use(i, across, down, share, value);
    }
}

}  // namespace

std::optional<Box> crop_around_head(const Box& face, const Box& person_crop) {
  const float size = std::max(face.width, face.height);
  const float height = kCropHeight * size, width = height * person_crop.width / person_crop.height;
  if (!(width > 0) || width > kLargestShare * person_crop.width) return std::nullopt;
  const float middle_x = face.x + face.width / 2, middle_y = face.y + face.height / 2 - kAbove * size;
  return Box{middle_x - width / 2, middle_y - height / 2, width, height};
}

void blend_head(std::span<float> relief, std::span<const float> mask, const Box& crop,
                const CroppedRelief& head, int width, int height) {
  PlaneFit fit, surface;
  for_shared_pixels(relief, mask, crop, head, width, height,
                    [&](std::size_t i, float x, float y, float share, float value) {
                      fit.add(share, x, y, relief[i] - value);
                      surface.add(share, x, y, relief[i]);
                    });
  if (fit.weight() < kLeastWeight) return;
  const std::array plane = fit.solve();
  const float slope = static_cast<float>(surface.solve()[2]) * crop.width / head.crop.height;
  const float level_share = smooth_step((slope - kTippedFarBack) / (kTippedBack - kTippedFarBack));
  for_shared_pixels(relief, mask, crop, head, width, height,
                    [&](std::size_t i, float x, float y, float share, float value) {
                      const double placed = value + plane[0] + plane[1] * x + plane[2] * y;
                      relief[i] +=
                          kHeadShare * level_share * share * (static_cast<float>(placed) - relief[i]);
                    });
}

}  // namespace portrait_depth
