// Based on: D. Ferstl et al., "Image Guided Depth Upsampling using Anisotropic Total Generalized Variation",
// 2013 (the problem); C. Tomasi, R. Manduchi, "Bilateral Filtering for Gray and Color Images", 1998; and the
// pull-push interpolation of hole_filling.hpp. The difference of sensor and network is smooth where both are
// right. It is measured where the sensor is trusted, filtered against noise, and continued elsewhere.
#include "depth/depth_fusion.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "camera/intrinsics.hpp"
#include "depth/edge_upsampling.hpp"
#include "depth/hole_filling.hpp"
#include "depth/no_depth.hpp"
#include "depth/person_values.hpp"
#include "image/distance_transform.hpp"
#include "portrait_depth/segmentation.hpp"

namespace portrait_depth {
namespace {

// The sensor's edge pixels mix person and wall: a band of this share of the map's longer side along the
// silhouette and along holes.
constexpr float kBandShare = 0.012f;
/// In the band, the sensor is trusted up to this difference from the surroundings' correction, in metres.
constexpr float kBandTolerance = 0.02f;
/// A background nearer to the person than this is not told from the person, in metres.
constexpr float kLeastWallStep = 0.15f;
// The filter of the correction. A sensor has steps of 1 cm and noise of a few millimetres.
constexpr int kFilterRadius = 3;
constexpr float kFilterSpread = 2, kFilterMetres = 0.02f;
/// Edges of the correction, in metres: below `flat` the photo's colors do not matter.
constexpr GuidedModelOptions kCorrectionFit = {
    .radius = 3, .epsilon = 1e-3f, .keep_range = true, .flat = 0.02f, .edge = 0.06f};

/// Sensor and network on the sensor's grid.
struct Grid {
  Plane<float> sensor, network, mask;
  int width() const { return sensor.width(); }
  int height() const { return sensor.height(); }
  bool is_person(int x, int y) const { return mask(x, y) >= kPersonMask && std::isfinite(network(x, y)); }
};

/// The median distance of the sensor's background; infinity without one.
float background_metres(const Grid& grid) {
  std::vector<float> values;
  for (int y = 0; y < grid.height(); ++y)
    for (int x = 0; x < grid.width(); ++x)
      if (grid.mask(x, y) <= 0 && std::isfinite(grid.sensor(x, y))) values.push_back(grid.sensor(x, y));
  return values.empty() ? std::numeric_limits<float>::infinity() : quantile(values, 0.5f);
}

/// Sensor minus network; NaN where the sensor has a hole or measures the wall.
Plane<float> difference(const Grid& grid) {
  const float wall = background_metres(grid);
  Plane<float> result(grid.width(), grid.height(), kNoDepth);
  for (int y = 0; y < grid.height(); ++y)
    for (int x = 0; x < grid.width(); ++x) {
      if (!grid.is_person(x, y) || !std::isfinite(grid.sensor(x, y))) continue;
      const float network = grid.network(x, y), sensor = grid.sensor(x, y);
      const bool is_wall = wall - network > kLeastWallStep && sensor > (network + wall) / 2;
      if (!is_wall) result(x, y) = sensor - network;
    }
  return result;
}

/// The distance of each pixel from the nearest one that is not a measured pixel of the person.
Plane<float> distance_to_rim(const Plane<float>& values) {
  Plane<std::uint8_t> rim(values.width(), values.height());
  for (std::size_t i = 0; i < values.values().size(); ++i)
    rim.values()[i] = std::isfinite(values.values()[i]) ? 0 : 1;
  return distance_to(rim);
}

/// Fills unknown values smoothly. False without a known value.
bool fill(Plane<float>& values) {
  std::vector<float> weights(values.values().size());
  std::transform(values.values().begin(), values.values().end(), weights.begin(),
                 [](float value) { return std::isfinite(value) ? 1.0f : 0.0f; });
  if (std::none_of(weights.begin(), weights.end(), [](float weight) { return weight > 0; })) return false;
  HoleFiller().fill(values.values(), weights, values.width(), values.height());
  return true;
}

/// Removes the band's values that differ from the continued inner ones.
void reject_mixed_edges(Plane<float>& correction) {
  const Plane<float> from_rim = distance_to_rim(correction);
  const float band =
      std::max(2.0f, kBandShare * static_cast<float>(std::max(correction.width(), correction.height())));
  Plane<float> inner = correction;
  for (std::size_t i = 0; i < inner.values().size(); ++i)
    if (from_rim.values()[i] <= band) inner.values()[i] = kNoDepth;
  if (!fill(inner)) return;  // thin parts only: all are trusted
  for (std::size_t i = 0; i < inner.values().size(); ++i) {
    float& value = correction.values()[i];
    if (from_rim.values()[i] <= band && std::abs(value - inner.values()[i]) > kBandTolerance)
      value = kNoDepth;
  }
}

/// A bilateral filter of the known values.
Plane<float> without_noise(const Plane<float>& values) {
  constexpr int kSide = 2 * kFilterRadius + 1;
  std::array<float, kSide* kSide> near = {};
  for (int j = 0; j < kSide; ++j)
    for (int i = 0; i < kSide; ++i) {
      const auto dx = static_cast<float>(i - kFilterRadius), dy = static_cast<float>(j - kFilterRadius);
      near[static_cast<std::size_t>(j * kSide + i)] =
          std::exp(-(dx * dx + dy * dy) / (2 * kFilterSpread * kFilterSpread));
    }
  Plane<float> result(values.width(), values.height(), kNoDepth);
  for (int y = 0; y < values.height(); ++y)
    for (int x = 0; x < values.width(); ++x) {
      const float middle = values(x, y);
      if (!std::isfinite(middle)) continue;
      float sum = 0, weights = 0;
      for (int v = std::max(0, y - kFilterRadius); v <= std::min(values.height() - 1, y + kFilterRadius); ++v)
        for (int u = std::max(0, x - kFilterRadius); u <= std::min(values.width() - 1, x + kFilterRadius);
             ++u) {
          const float value = values(u, v), off = (value - middle) / kFilterMetres;
          if (!std::isfinite(value)) continue;
          const auto tap = static_cast<std::size_t>((v - y + kFilterRadius) * kSide + u - x + kFilterRadius);
          const float weight = near[tap] / (1 + off * off * off * off);
          sum += weight * value;
          weights += weight;
        }
      result(x, y) = sum / weights;
    }
  return result;
}

}  // namespace

Plane<float> fuse_depth(ImageView image, const DepthMap& network, PlaneView<const float> sensor) {
  const int width = std::min(sensor.width(), image.width()),
            height = std::min(sensor.height(), image.height());
  const Grid grid{nearest_values(sensor, width, height), nearest_values(network.metres(), width, height),
                  nearest_values(network.mask(), width, height)};
  Plane<float> correction = difference(grid);
  reject_mixed_edges(correction);
  correction = without_noise(correction);
  const Plane<float> whole = bring_to_photo(correction, image, network.mask(), kCorrectionFit);
  Plane<float> metres(image.width(), image.height(), kNoDepth);
  for (int y = 0; y < image.height(); ++y)
    for (int x = 0; x < image.width(); ++x) {
      const float value = network.metres()(x, y);
      if (!(network.mask()(x, y) > 0)) continue;
      const float change = std::isfinite(whole(x, y)) ? whole(x, y) : 0.0f;
      metres(x, y) = std::clamp(value + change, kNearestMetres, kFarthestMetres);
    }
  return metres;
}

}  // namespace portrait_depth
