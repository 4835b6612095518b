#include "depth/given_placement.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "camera/intrinsics.hpp"
#include "depth/no_depth.hpp"
#include "depth/person_values.hpp"
#include "portrait_depth/segmentation.hpp"

namespace portrait_depth {
namespace {

// Places of the photo at which map and network are compared, and the least number on the person.
constexpr int kMostComparedPerSide = 256;
constexpr std::size_t kLeastCompared = 16;
/// The person's inner part: this share of the picture's shorter side away from the mask's edge.
constexpr float kInnerShare = 0.02f;
/// Values of the map this far from its median, in median absolute deviations, are not the person's: the wall.
constexpr float kOutlier = 8;
/// The extremes of a map do not determine its scale.
constexpr float kLowShare = 0.05f, kHighShare = 0.95f;

// Correlation of map and network on the person from which the near side follows, and below which the map does
// not follow the person.
constexpr float kSureCorrelation = 0.2f;
/// The overlap (intersection over union) of the map's foreground with the mask below which the map does not
/// belong to the photo.
constexpr float kLeastOverlap = 0.7f;
/// The background is clear if it is this share of the person's range behind the person.
constexpr float kClearStep = 0.3f;

// Bounds of a map in metres: the head's distance, and relief and distance as multiples of the network's. A
// wrong unit differs by 25 (inches) or more, the network by less than 3.
constexpr float kNearestHead = 0.12f, kFarthestHead = 200;
constexpr float kLeastRelief = 0.02f, kMostRelief = 20, kMostHeadRatio = 5;

/// The aspect ratio of a phone's sensor may differ from the photo's by this share.
constexpr double kSensorShape = 0.02;

/// Values of the map and the network at the same places.
struct Compared {
  std::vector<float> map, network;  ///< On the person's inner part.
  std::vector<float> background;    ///< Of the map, away from the person.
};

/// The middle of the `i`-th of `count` even parts of `size` pixels.
int middle(int i, int count, int size) {
  return static_cast<int>((2 * std::int64_t{i} + 1) * size / (2 * std::int64_t{count}));
}

enum class Side { inside, border, outside };

Side side_of(PlaneView<const float> mask, int x, int y, int reach) {
  int inside = 0, places = 0;
  for (const auto& [dx, dy] : {std::pair{0, 0}, {-reach, 0}, {reach, 0}, {0, -reach}, {0, reach}}) {
    const int at_x = x + dx, at_y = y + dy;
    if (at_x < 0 || at_y < 0 || at_x >= mask.width() || at_y >= mask.height()) continue;
    ++places;
    if (mask(at_x, at_y) >= kPersonMask) ++inside;
  }
  if (inside == 0) return Side::outside;
  return inside == places ? Side::inside : Side::border;
}

/// Calls visit(side, value of the map, metres of the network) at evenly spread places.
template <class Visit>
void compare(PlaneView<const float> map, const DepthMap& network, const Visit& visit) {
  const int width = network.width(), height = network.height();
  const int columns = std::min({kMostComparedPerSide, width, map.width()}),
            rows = std::min({kMostComparedPerSide, height, map.height()});
  const int reach =
      std::max(1, static_cast<int>(std::lround(kInnerShare * static_cast<float>(std::min(width, height)))));
  for (int j = 0; j < rows; ++j)
    for (int i = 0; i < columns; ++i) {
      const int x = middle(i, columns, width), y = middle(j, rows, height);
      visit(side_of(network.mask(), x, y, reach),
            map(middle(i, columns, map.width()), middle(j, rows, map.height())), network.metres()(x, y));
    }
}

/// Leaves out the places at which the map measures something else than the person.
void drop_outliers(Compared& values) {
  if (values.map.empty()) return;
  std::vector<float> ordered = values.map;
  const float median = quantile(ordered, 0.5f);
  for (float& value : ordered) value = std::abs(value - median);
  const float most = kOutlier * quantile(ordered, 0.5f);
  if (most <= 0) return;
  Compared kept;
  for (std::size_t i = 0; i < values.map.size(); ++i) {
    if (std::abs(values.map[i] - median) > most) continue;
    kept.map.push_back(values.map[i]);
    kept.network.push_back(values.network[i]);
  }
  values.map = std::move(kept.map);
  values.network = std::move(kept.network);
}

Compared compared_values(PlaneView<const float> map, const DepthMap& network) {
  Compared values;
  compare(map, network, [&](Side side, float value, float metres) {
    if (!std::isfinite(value)) return;
    if (side == Side::outside) values.background.push_back(value);
    if (side != Side::inside || !std::isfinite(metres)) return;
    values.map.push_back(value);
    values.network.push_back(metres);
  });
  drop_outliers(values);
  return values;
}

struct Spread {
  float low = 0, median = 0, high = 0;
  float range() const { return high - low; }
};

Spread spread_of(std::vector<float> values) {
  return {quantile(values, kLowShare), quantile(values, 0.5f), quantile(values, kHighShare)};
}

/// Pearson's correlation of both, each limited to its range without the extremes.
float correlation(const std::vector<float>& first, const std::vector<float>& second) {
  const Spread a = spread_of(first), b = spread_of(second);
  double sum_a = 0, sum_b = 0, aa = 0, bb = 0, ab = 0;
  for (std::size_t i = 0; i < first.size(); ++i) {
    const double u = static_cast<double>(std::clamp(first[i], a.low, a.high) - a.median);
    const double v = static_cast<double>(std::clamp(second[i], b.low, b.high) - b.median);
    sum_a += u, sum_b += v, aa += u * u, bb += v * v, ab += u * v;
  }
  const auto n = static_cast<double>(first.size());
  const double variance = (aa - sum_a * sum_a / n) * (bb - sum_b * sum_b / n);
  return variance > 0 ? static_cast<float>((ab - sum_a * sum_b / n) / std::sqrt(variance)) : 0.0f;
}

std::vector<float> inverse(std::vector<float> values) {
  for (float& value : values) value = 1 / value;
  return values;
}

/// True if larger values are farther; std::nullopt if nothing decides.
std::optional<bool> larger_is_farther(const GivenDepth& given, const Compared& values, float agreement) {
  if (given.near) return *given.near == NearGray::black;
  if (std::abs(agreement) >= kSureCorrelation) return agreement > 0;
  if (given.unit == GivenDepthUnit::disparity) return false;
  if (values.background.size() < kLeastCompared) return std::nullopt;
  const Spread person = spread_of(values.map);
  const float background = spread_of(values.background).median;
  if (background >= person.low && background <= person.high) return std::nullopt;
  return background > person.high;
}

/// True if the map's background has larger values than the person.
bool is_before_background(const Compared& values) {
  return values.background.size() >= kLeastCompared &&
         spread_of(values.background).median > spread_of(values.map).median;
}

/// The metres of a value: the offset plus the factor times the value, or its inverse.
struct Scale {
  float offset = 0, factor = 1;
  bool is_inverse = false;
  float metres(float value) const {
    const float result = offset + factor * value;
    if (!is_inverse) return result > kNearestMetres && result <= kFarthestMetres ? result : kNoDepth;
    return result > 0 ? std::clamp(1 / result, kNearestMetres, kFarthestMetres) : kNoDepth;
  }
};

/// The person's median and range become the network's, in Z or in 1/Z.
Scale scale_from_network(const GivenDepth& given, const Compared& values, bool is_farther) {
  const bool is_inverse = given.unit == GivenDepthUnit::disparity;
  const Spread map = spread_of(values.map),
               network = spread_of(is_inverse ? inverse(values.network) : values.network);
  const float sign = is_farther == is_inverse ? -1.0f : 1.0f;
  const float factor = sign * network.range() / map.range();
  return {network.median - factor * map.median, factor, is_inverse};
}

/// The head's distance by the map: the median of the places at which the network's relief is known.
float head_by_map(const Compared& values, float network_head) {
  std::vector<float> heads;
  for (std::size_t i = 0; i < values.map.size(); ++i)
    heads.push_back(values.map[i] - (values.network[i] - network_head));
  return quantile(heads, 0.5f);
}

const char* const kWayOutOfUnit =
    "Give --depth-unit relative or disparity, or convert the map; 16-bit pictures hold millimetres with "
    "--depth-unit metres";

/// Two decimals, none from 10 on. The browser's standard library does not write floating-point numbers.
std::string text(float number) {
  const long hundredths = std::lround(std::clamp(number, -1e6f, 1e6f) * 100);
  if (std::abs(hundredths) >= 1000) return std::to_string(hundredths / 100);
  std::string result(hundredths < 0 ? 1 : 0, '-');
  result += std::to_string(std::abs(hundredths) / 100);
  result += '.';
  result += std::to_string(std::abs(hundredths) / 10 % 10);
  result += std::to_string(std::abs(hundredths) % 10);
  return result;
}

std::string unit_fault(const Compared& values, const DepthMap& network, float head, bool has_camera) {
  const float relief = spread_of(values.map).range() / std::max(spread_of(values.network).range(), 1e-6f);
  const float ratio = head / network.head_distance_metres();
  if (head < kNearestHead || head > kFarthestHead)
    return "the depth map is not in metres: its head would be at " + text(head) + " m. " + kWayOutOfUnit +
           ".";
  if (has_camera && (ratio > kMostHeadRatio || ratio < 1 / kMostHeadRatio))
    return "the depth map is not in metres: its head would be " + text(ratio) +
           " times as large as a person's. " + kWayOutOfUnit + ".";
  if (relief > kMostRelief || relief < kLeastRelief)
    return "the depth map is not in metres: its relief is " + text(relief) + " times that of a person. " +
           kWayOutOfUnit + ".";
  return {};
}

/// Overlap of the map's foreground with the mask; std::nullopt without a clear background.
std::optional<float> overlap(PlaneView<const float> metres, const DepthMap& network, const Compared& values) {
  if (values.background.size() < kLeastCompared) return std::nullopt;
  const Spread person = spread_of(values.map), background = spread_of(values.background);
  if (background.median < person.high + kClearStep * person.range()) return std::nullopt;
  const float limit = (person.high + background.median) / 2;
  std::size_t both = 0, any = 0;
  compare(metres, network, [&](Side side, float value, float) {
    if (side == Side::border || !std::isfinite(value)) return;
    const bool is_near = value < limit, is_person = side == Side::inside;
    both += is_near && is_person ? 1 : 0;
    any += is_near || is_person ? 1 : 0;
  });
  return any > 0 ? std::optional(static_cast<float>(both) / static_cast<float>(any)) : std::nullopt;
}

std::string doubt_of(PlaneView<const float> metres, const DepthMap& network) {
  const Compared values = compared_values(metres, network);
  constexpr const char* kWayOut = "check that it belongs to this photo, or give --depth-source network";
  if (values.map.size() < kLeastCompared) return {};
  if (correlation(values.map, values.network) < kSureCorrelation)
    return std::string("the depth map does not follow the person in the photo; ") + kWayOut;
  const auto shared = overlap(metres, network, values);
  if (shared && *shared < kLeastOverlap)
    return std::string("the edges of the depth map are not those of the person in the photo; ") + kWayOut;
  return {};
}

}  // namespace

void mark_holes(Plane<float>& values) {
  for (float& value : values.values())
    if (!std::isfinite(value) || value == 0) value = kNoDepth;
}

std::string given_depth_fault(const GivenDepth& given, int width, int height) {
  const Plane<float>& map = given.values;
  if (map.empty()) return "the depth map is empty. Give a map of the whole photo.";
  const auto across = static_cast<double>(map.width()), down = static_cast<double>(map.height());
  const double off = std::abs(across * height - down * width);
  const double rounding = std::max({across, down, static_cast<double>(width), static_cast<double>(height)});
  const double allowed = given.is_measured ? std::max(rounding, kSensorShape * down * width) : rounding;
  if (off > allowed)
    return "the depth map has " + std::to_string(map.width()) + " x " + std::to_string(map.height()) +
           " pixels, another shape than the photo's " + std::to_string(width) + " x " +
           std::to_string(height) + ". Make it from the whole photo.";
  float least = std::numeric_limits<float>::infinity(), most = -least;
  for (const float value : map.values()) {
    if (!std::isfinite(value)) continue;
    least = std::min(least, value);
    most = std::max(most, value);
  }
  if (least > most) return "the depth map has no value: all are zero, NaN or infinite. Give another map.";
  if (least == most) return "the depth map has one value everywhere. Give another map.";
  return {};
}

GivenPlacement place_given_depth(const GivenDepth& given, const DepthMap& network, bool has_camera) {
  GivenPlacement result;
  Compared values = compared_values(given.values, network);
  if (values.map.size() < kLeastCompared) {
    result.fault = "the depth map has no values on the person. Give --mask for the subject or another map.";
    return result;
  }
  if (spread_of(values.map).range() <= 0) {
    result.fault = "the depth map has one value on the whole person. Give another map.";
    return result;
  }
  const float agreement = correlation(values.map, values.network);
  Scale scale;
  if (given.unit == GivenDepthUnit::metres) {
    result.head_metres = head_by_map(values, network.head_distance_metres());
    result.fault = unit_fault(values, network, result.head_metres, has_camera);
    if (result.fault.empty() && agreement < -kSureCorrelation && !is_before_background(values))
      result.fault =
          "the depth map is not in metres: its larger values are nearer. Give --depth-unit disparity or "
          "relative.";
  } else if (const auto is_farther = larger_is_farther(given, values, agreement)) {
    scale = scale_from_network(given, values, *is_farther);
    result.head_metres = network.head_distance_metres();
  } else {
    result.fault = "the near side of the depth map cannot be found. Give --depth-near black or white.";
  }
  if (!result.fault.empty()) return result;
  result.metres = given.values;
  for (float& value : result.metres.values()) value = std::isfinite(value) ? scale.metres(value) : kNoDepth;
  result.doubt = doubt_of(result.metres, network);
  return result;
}

}  // namespace portrait_depth
