// Boxes of colors are split at the place that removes most error: X. Wu, "Efficient Statistical Computations
// for Optimal Color Quantization", Graphics Gems II, 1991. Their centers are then improved: S. Lloyd, "Least
// Squares Quantization in PCM", 1982.
#include "film/gif_palette.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <tuple>

namespace portrait_depth::film {
namespace {

constexpr int kCellBits = 6, kCellsPerAxis = 1 << kCellBits, kCellShift = 8 - kCellBits;
constexpr int kPolishingRounds = 4;
// Weights of errors in red, green and blue, roughly those of the eye.
constexpr std::array<float, 3> kWeight = {0.9f, 1.3f, 0.7f};

std::size_t cell_of(int red, int green, int blue) {
  return (static_cast<std::size_t>(red >> kCellShift) << (2 * kCellBits)) |
         (static_cast<std::size_t>(green >> kCellShift) << kCellBits) |
         static_cast<std::size_t>(blue >> kCellShift);
}

// A color in weighted coordinates, and the number of its pixels.
struct Sample {
  std::array<float, 3> position;
  float count;
};

struct Moments {
  double count = 0, squares = 0;
  std::array<double, 3> sum = {};

  void add(const Sample& sample) {
    count += sample.count;
    for (std::size_t axis = 0; axis < 3; ++axis) {
      sum[axis] += double{sample.count} * sample.position[axis];
      squares += double{sample.count} * sample.position[axis] * sample.position[axis];
    }
  }
  double error() const {
    if (count <= 0) return 0;
    return squares - (sum[0] * sum[0] + sum[1] * sum[1] + sum[2] * sum[2]) / count;
  }
  std::array<float, 3> mean() const {
    return {static_cast<float>(sum[0] / count), static_cast<float>(sum[1] / count),
            static_cast<float>(sum[2] / count)};
  }
};

Moments minus(const Moments& whole, const Moments& part) {
  Moments rest = whole;
  rest.count -= part.count;
  rest.squares -= part.squares;
  for (std::size_t axis = 0; axis < 3; ++axis) rest.sum[axis] -= part.sum[axis];
  return rest;
}

struct ColorBox {
  std::span<Sample> samples;
  Moments moments;
};

ColorBox box_of(std::span<Sample> samples) {
  ColorBox box{samples, {}};
  for (const Sample& sample : samples) box.moments.add(sample);
  return box;
}

std::size_t longest_axis(const ColorBox& box) {
  std::array<double, 3> spread = {};
  const auto mean = box.moments.mean();
  for (const Sample& sample : box.samples)
    for (std::size_t axis = 0; axis < 3; ++axis) {
      const double difference = sample.position[axis] - mean[axis];
      spread[axis] += sample.count * difference * difference;
    }
  return static_cast<std::size_t>(std::max_element(spread.begin(), spread.end()) - spread.begin());
}

// Splits across the axis of the largest spread, at the place with the least remaining error.
std::array<ColorBox, 2> split(const ColorBox& box) {
  const std::size_t axis = longest_axis(box);
  // A total order, because each sample has its own position. Standard libraries order equal elements
  // differently, and the GIF of the browser would differ from the native one.
  std::sort(box.samples.begin(), box.samples.end(), [axis](const Sample& a, const Sample& b) {
    return std::tie(a.position[axis], a.position) < std::tie(b.position[axis], b.position);
  });
  Moments left;
  double least_error = std::numeric_limits<double>::infinity();
  std::size_t best = 1;
  for (std::size_t i = 0; i + 1 < box.samples.size(); ++i) {
    left.add(box.samples[i]);
    const double error = left.error() + minus(box.moments, left).error();
    if (error < least_error) {
      least_error = error;
      best = i + 1;
    }
  }
  return {box_of(box.samples.first(best)), box_of(box.samples.subspan(best))};
}

std::vector<ColorBox> split_all(std::span<Sample> samples, std::size_t size) {
  std::vector<ColorBox> boxes = {box_of(samples)};
  while (boxes.size() < size) {
    const auto worst = std::max_element(boxes.begin(), boxes.end(), [](const ColorBox& a, const ColorBox& b) {
      return (a.samples.size() > 1 ? a.moments.error() : -1) <
             (b.samples.size() > 1 ? b.moments.error() : -1);
    });
    if (worst->samples.size() < 2) break;
    auto [left, right] = split(*worst);
    *worst = left;
    boxes.push_back(right);
  }
  return boxes;
}

std::size_t nearest_center(const std::vector<std::array<float, 3>>& centers,
                           const std::array<float, 3>& position) {
  std::size_t best = 0;
  float least = std::numeric_limits<float>::infinity();
  for (std::size_t i = 0; i < centers.size(); ++i) {
    const float r = centers[i][0] - position[0], g = centers[i][1] - position[1],
                b = centers[i][2] - position[2];
    const float distance = r * r + g * g + b * b;
    if (distance < least) {
      least = distance;
      best = i;
    }
  }
  return best;
}

void polish(std::vector<std::array<float, 3>>& centers, std::span<const Sample> samples) {
  for (int round = 0; round < kPolishingRounds; ++round) {
    std::vector<Moments> moments(centers.size());
    for (const Sample& sample : samples) moments[nearest_center(centers, sample.position)].add(sample);
    for (std::size_t i = 0; i < centers.size(); ++i)
      if (moments[i].count > 0) centers[i] = moments[i].mean();
  }
}

Color color_of(const std::array<float, 3>& position) {
  Color color;
  for (std::size_t axis = 0; axis < 3; ++axis)
    color[axis] =
        static_cast<std::uint8_t>(std::clamp(std::lround(position[axis] / kWeight[axis]), 0L, 255L));
  return color;
}

}  // namespace

PaletteBuilder::PaletteBuilder() : cells_(std::size_t{1} << (3 * kCellBits)) {}

void PaletteBuilder::add(ImageView frame) {
  for (int y = 0; y < frame.height(); ++y)
    for (int x = 0; x < frame.width(); ++x) {
      const std::uint8_t* pixel = frame.pixel(x, y);
      if (is_transparent(pixel, frame.channels())) continue;
      Cell& cell = cells_[cell_of(pixel[0], pixel[1], pixel[2])];
      ++cell.count;
      cell.red += pixel[0];
      cell.green += pixel[1];
      cell.blue += pixel[2];
    }
}

std::vector<Color> PaletteBuilder::build(int size) const {
  std::vector<Sample> samples;
  for (const Cell& cell : cells_)
    if (cell.count > 0) {
      const auto count = static_cast<float>(cell.count);
      samples.push_back({{kWeight[0] * static_cast<float>(cell.red) / count,
                          kWeight[1] * static_cast<float>(cell.green) / count,
                          kWeight[2] * static_cast<float>(cell.blue) / count},
                         count});
    }
  if (samples.empty()) return {Color{0, 0, 0}};
  std::vector<std::array<float, 3>> centers;
  for (const ColorBox& box : split_all(samples, static_cast<std::size_t>(size)))
    centers.push_back(box.moments.mean());
  polish(centers, samples);
  std::vector<Color> palette;
  palette.reserve(centers.size());
  for (const auto& center : centers) palette.push_back(color_of(center));
  return palette;
}

PaletteSearch::PaletteSearch(std::vector<Color> palette)
    : palette_(std::move(palette)), cells_(std::size_t{1} << (3 * kCellBits), -1) {
  // The mean distance of a color to its nearest neighbor, per channel.
  double sum = 0;
  for (std::size_t i = 0; i < palette_.size(); ++i) {
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t j = 0; j < palette_.size(); ++j) {
      if (i == j) continue;
      double distance = 0;
      for (std::size_t axis = 0; axis < 3; ++axis)
        distance += std::pow(palette_[i][axis] - palette_[j][axis], 2);
      least = std::min(least, distance);
    }
    if (palette_.size() > 1) sum += std::sqrt(least / 3);
  }
  spacing_ = static_cast<float>(sum / static_cast<double>(palette_.size()));
}

std::uint8_t PaletteSearch::nearest(int red, int green, int blue) {
  std::int16_t& cell = cells_[cell_of(red, green, blue)];
  if (cell < 0) {
    // The cell's middle represents the cell.
    constexpr int kCellMask = kCellsPerAxis - 1, kHalfCell = 1 << (kCellShift - 1);
    const std::array<int, 3> color = {((red >> kCellShift) & kCellMask) << kCellShift,
                                      ((green >> kCellShift) & kCellMask) << kCellShift,
                                      ((blue >> kCellShift) & kCellMask) << kCellShift};
    float least = std::numeric_limits<float>::infinity();
    for (std::size_t i = 0; i < palette_.size(); ++i) {
      float distance = 0;
      for (std::size_t axis = 0; axis < 3; ++axis) {
        const float difference =
            kWeight[axis] * static_cast<float>(color[axis] + kHalfCell - palette_[i][axis]);
        distance += difference * difference;
      }
      if (distance < least) {
        least = distance;
        cell = static_cast<std::int16_t>(i);
      }
    }
  }
  return static_cast<std::uint8_t>(cell);
}

}  // namespace portrait_depth::film
