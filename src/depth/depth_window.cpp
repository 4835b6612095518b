#include "depth/depth_window.hpp"

#include <algorithm>
#include <cmath>

#include "depth/no_depth.hpp"

namespace portrait_depth {
namespace {

// In widths of the crop. Rejects non-finite and larger values, whose squares are not finite in float32.
constexpr float kLargestRelief = 1e6f;

bool is_relief(float value) {
  return std::abs(value) <= kLargestRelief;
}

struct Range {
  int begin, end;
};

/// The pixels of a row from the first to the last with a mask.
Range masked_range(const float* mask, int width) {
  const float* const end = mask + width;
  const auto is_masked = [](float value) { return value > 0; };
  const int first = static_cast<int>(std::find_if(mask, end, is_masked) - mask);
  int last = width;
  while (last > first && !is_masked(mask[last - 1])) --last;
  return {first, last};
}

Range masked_columns(PlaneView<const float> mask) {
  Range columns{mask.width(), 0};
  for (int y = 0; y < mask.height(); ++y) {
    const Range row = masked_range(mask.row(y), mask.width());
    if (row.begin == row.end) continue;
    columns = {std::min(columns.begin, row.begin), std::max(columns.end, row.end)};
  }
  return columns;
}

}  // namespace

void mirror_rows(std::span<float> planes, int width) {
  for (auto row = planes.begin(); row != planes.end(); row += width) std::reverse(row, row + width);
}

void average_with_mirror_image(std::span<const float> relief, std::span<const float> crop_widths,
                               std::span<float> mirrored, std::span<float> mirrored_crop_widths, int width) {
  mirror_rows(mirrored, width);
  for (std::size_t i = 0; i < relief.size(); ++i) mirrored[i] = 0.5f * (relief[i] + mirrored[i]);
  for (std::size_t i = 0; i < crop_widths.size(); ++i)
    mirrored_crop_widths[i] = std::sqrt(crop_widths[i]) * std::sqrt(mirrored_crop_widths[i]);
}

std::span<const float> DepthWindow::mask() const {
  const std::size_t size = planes_.size() / 4;
  return std::span(planes_).subspan(3 * size, size);
}

void DepthWindow::place(ImageView image, PlaneView<const float> mask, const NetworkInput& window) {
  width_ = window.width;
  height_ = window.height;
  crop_ = window.crop;
  planes_.resize(4 * static_cast<std::size_t>(width_) * static_cast<std::size_t>(height_));
  sampler_.sample_masked(image, mask, crop_, width_, height_, planes_);
}

void DepthWindow::prepare_input(ImageView image, PlaneView<const float> mask, const NetworkInput& window,
                                const DepthModel& model, std::span<float> input) {
  const std::size_t size = static_cast<std::size_t>(window.width) * static_cast<std::size_t>(window.height);
  if (input.size() != static_cast<std::size_t>(model.input_channels) * size)
    throw Error(ErrorCode::invalid_argument, "the input does not have the network's size");
  place(image, mask, window);
  if (model.masked)
    std::copy_n(planes_.begin(), input.size(), input.begin());
  else
    sampler_.sample(image, crop_, width_, height_, input.first(3 * size));
  if (!model.masked && model.input_channels == 4)
    std::copy_n(planes_.begin() + 3 * size, size, input.begin() + 3 * size);
  apply_input_form(model, size, input, scratch_);
}

void DepthWindow::fit(std::span<const float> relief) {
  const std::span<const float> coverage = mask();
  const std::size_t size = coverage.size();
  guide_.resize(3 * size);
  relief_.assign(relief.begin(), relief.end());
  weights_.resize(size);
  // The network's output along the silhouette is a mixture with the background, so only sure pixels count.
  for (std::size_t i = 0; i < size; ++i) {
    const float sure = std::clamp(2 * coverage[i] - 1, 0.0f, 1.0f);
    weights_[i] = is_relief(relief[i]) ? sure * sure : 0.0f;
  }
  const auto counts = [](float weight) { return weight > 0; };
  if (std::none_of(weights_.begin(), weights_.end(), counts)) {
    // No pixel is surely person: all finite values count equally.
    std::transform(relief.begin(), relief.end(), weights_.begin(),
                   [](float value) { return is_relief(value) ? 1.0f : 0.0f; });
    if (std::none_of(weights_.begin(), weights_.end(), counts)) throw no_finite_values();
  }
  filler_.fill(relief_, weights_, width_, height_);
  for (float& weight : weights_) weight = std::max(weight, kLeastReliefWeight);
  for (std::size_t channel = 0; channel < 3; ++channel)
    for (std::size_t i = 0; i < size; ++i)
      guide_[channel * size + i] = planes_[channel * size + i] / std::max(coverage[i], kLeastGuideMask);
  model_.fit(guide_, relief_, weights_, width_, height_, kReliefFit);
}

void DepthWindow::upsample_relief(ImageView image, PlaneView<const float> mask, std::span<const float> relief,
                                  const ReliefScale& scale, Plane<float>& metres) {
  if (relief.size() != planes_.size() / 4 || relief.empty())
    throw Error(ErrorCode::invalid_argument, "the relief does not have the network's size");
  fit(relief);
  const int width = image.width(), height = image.height();
  const Range columns = masked_columns(mask);
  metres.resize(width, height);
  if (columns.begin < columns.end) model_.place(crop_, width, columns.begin, columns.end);
  for (int y = 0; y < height; ++y) {
    float* const row = metres.row(y);
    const float* const mask_row = mask.row(y);
    const Range masked = masked_range(mask_row, width);
    if (masked.begin == masked.end) {
      std::fill_n(row, width, kNoDepth);
      continue;
    }
    const auto count = static_cast<std::size_t>(columns.end - columns.begin);
    model_.evaluate_row(image, y, {row + columns.begin, count});
    std::fill(row, row + masked.begin, kNoDepth);
    for (int x = masked.begin; x < masked.end; ++x) {
      const float value =
          std::clamp(scale.head_metres + scale.metres_per_relief * row[x], kNearestMetres, kFarthestMetres);
      row[x] = mask_row[x] > 0 ? value : kNoDepth;
    }
    std::fill(row + masked.end, row + width, kNoDepth);
  }
}

}  // namespace portrait_depth
