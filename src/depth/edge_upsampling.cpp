#include "depth/edge_upsampling.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "depth/depth_window.hpp"
#include "depth/hole_filling.hpp"
#include "depth/no_depth.hpp"
#include "image/window_sampler.hpp"
#include "portrait_depth/segmentation.hpp"

namespace portrait_depth {
namespace {

/// Weights 1 for known values on the person, else 0; unknown values become 0.
std::vector<float> known_weights(Plane<float>& values, PlaneView<const float> mask) {
  std::vector<float> weights(values.values().size(), 0.0f);
  for (int y = 0; y < values.height(); ++y)
    for (int x = 0; x < values.width(); ++x) {
      const auto i = static_cast<std::size_t>(y) * static_cast<std::size_t>(values.width()) +
                     static_cast<std::size_t>(x);
      if (!std::isfinite(values(x, y)))
        values(x, y) = 0;
      else if (mask(x, y) >= kPersonMask)
        weights[i] = 1;
    }
  return weights;
}

bool has_any(const std::vector<float>& weights) {
  return std::any_of(weights.begin(), weights.end(), [](float weight) { return weight > 0; });
}

void clear_background(Plane<float>& values, PlaneView<const float> mask) {
  for (int y = 0; y < values.height(); ++y)
    for (int x = 0; x < values.width(); ++x)
      if (!(mask(x, y) > 0)) values(x, y) = kNoDepth;
}

Plane<float> filled(Plane<float> values, PlaneView<const float> mask) {
  const std::vector<float> weights = known_weights(values, mask);
  if (!has_any(weights)) return {mask.width(), mask.height(), kNoDepth};
  HoleFiller().fill(values.values(), weights, values.width(), values.height());
  clear_background(values, mask);
  return values;
}

/// The photo's colors without the background's, and the mask, at a smaller size.
std::vector<float> small_guide(ImageView image, PlaneView<const float> mask, int width, int height,
                               std::vector<float>& small_mask) {
  const std::size_t size = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
  std::vector<float> planes(4 * size);
  const Box whole{0, 0, static_cast<float>(image.width()), static_cast<float>(image.height())};
  WindowSampler().sample_masked(image, mask, whole, width, height, planes);
  small_mask.assign(planes.begin() + static_cast<std::ptrdiff_t>(3 * size), planes.end());
  planes.resize(3 * size);
  for (std::size_t i = 0; i < planes.size(); ++i)
    planes[i] /= std::max(small_mask[i % size], kLeastGuideMask);
  return planes;
}

}  // namespace

Plane<float> nearest_values(PlaneView<const float> plane, int width, int height) {
  const auto middle = [](int i, int count, int size) {
    return static_cast<int>((2 * std::int64_t{i} + 1) * size / (2 * std::int64_t{count}));
  };
  Plane<float> result(width, height);
  for (int y = 0; y < height; ++y) {
    const float* const row = plane.row(middle(y, height, plane.height()));
    for (int x = 0; x < width; ++x) result(x, y) = row[middle(x, width, plane.width())];
  }
  return result;
}

Plane<float> bring_to_photo(PlaneView<const float> values, ImageView image, PlaneView<const float> mask,
                            const GuidedModelOptions& fit) {
  const int width = image.width(), height = image.height();
  if (values.width() >= width && values.height() >= height)
    return filled(nearest_values(values, width, height), mask);
  Plane<float> known = nearest_values(values, values.width(), values.height());
  std::vector<float> small_mask;
  const std::vector<float> guide = small_guide(image, mask, known.width(), known.height(), small_mask);
  std::vector<float> weights =
      known_weights(known, PlaneView<const float>(small_mask.data(), known.width(), known.height()));
  Plane<float> result(width, height, kNoDepth);
  if (!has_any(weights)) return result;
  HoleFiller().fill(known.values(), weights, known.width(), known.height());
  for (float& weight : weights) weight = std::max(weight, kLeastReliefWeight);
  GuidedModel model;
  model.fit(guide, known.values(), weights, known.width(), known.height(), fit);
  const Box whole{0, 0, static_cast<float>(width), static_cast<float>(height)};
  model.place(whole, width, 0, width);
  for (int y = 0; y < height; ++y)
    model.evaluate_row(image, y, {result.row(y), static_cast<std::size_t>(width)});
  clear_background(result, mask);
  return result;
}

}  // namespace portrait_depth
