// Based on: K. He, J. Sun, X. Tang, Guided Image Filtering, 2013 (section 3.4: the color guide); K. He, J.
// Sun, Fast Guided Filter, 2015 (fit at a small size, apply at the large one). Ours adds weights to the fit,
// and runs it row by row, without planes for the products.
#include "image/guided_model.hpp"

#include <algorithm>

// Compiles the inner loops for every instruction set; the first call chooses the best one that the machine
// has.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "image/guided_model.cpp"
#include <hwy/foreach_target.h>  // must come before highway.h
#include <hwy/highway.h>

#include "image/guided_model-inl.hpp"

#if HWY_ONCE
namespace portrait_depth {

namespace {

HWY_EXPORT(add_moments);
HWY_EXPORT(solve_row);
HWY_EXPORT(add_coefficients);
HWY_EXPORT(mean_row);
HWY_EXPORT(range_row);
HWY_EXPORT(fade_row);
HWY_EXPORT(interleave_row);
HWY_EXPORT(expand_row);
HWY_EXPORT(apply_row);

// Keeps the sum of the rows y - radius to y + radius, fewer at the borders: add_row(y, sign) changes the sum,
// and use_sum(y) is called once a row.
template <class AddRow, class UseSum>
void slide_over_rows(int height, int radius, AddRow&& add_row, UseSum&& use_sum) {
  for (int y = 0; y < std::min(radius, height); ++y) add_row(y, 1.0f);
  for (int y = 0; y < height; ++y) {
    if (y + radius < height) add_row(y + radius, 1.0f);
    if (y > radius) add_row(y - radius - 1, -1.0f);
    use_sum(y);
  }
}

}  // namespace

void GuidedModel::fit(std::span<const float> guide, std::span<const float> values,
                      std::span<const float> weights, int width, int height,
                      const GuidedModelOptions& options) {
  const std::size_t size = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
  if (size == 0 || guide.size() != 3 * size || values.size() != size ||
      (!weights.empty() && weights.size() != size))
    throw Error(ErrorCode::invalid_argument,
                "guide, values and weights of a guided filter must have the same size, not 0");
  width_ = width;
  height_ = height;
  options_ = options;
  planes_ = options.keep_range ? kCoefficients + 2 : kCoefficients;
  raw_.resize(kCoefficients * size);
  coefficients_.resize(static_cast<std::size_t>(planes_) * size);
  fit_coefficients(guide, values, weights);
  smooth_coefficients();
  if (options.keep_range) find_range(values);
  if (options.keep_range && options.flat < options.edge) keep_color_to_edges(values);
  interleave_coefficients();
  expanded_index_[0] = expanded_index_[1] = -1;
}

void GuidedModel::fit_coefficients(std::span<const float> guide, std::span<const float> values,
                                   std::span<const float> weights) {
  const int radius = options_.radius;
  const auto row_size = static_cast<std::size_t>(width_);
  const std::size_t plane = row_size * static_cast<std::size_t>(height_);
  const std::size_t stride = row_size + 2 * static_cast<std::size_t>(radius);
  sums_.assign(kMoments * stride, 0.0f);
  triples_.resize(kMoments * stride);
  const auto add = &HWY_DYNAMIC_DISPATCH(add_moments);
  const auto solve = &HWY_DYNAMIC_DISPATCH(solve_row);
  const auto add_row = [&](int y, float sign) {
    const std::size_t at = static_cast<std::size_t>(y) * row_size;
    const GuideRow row{guide.data() + at, guide.data() + plane + at, guide.data() + 2 * plane + at,
                       values.data() + at, weights.empty() ? nullptr : weights.data() + at};
    add(row, sign, width_, sums_.data() + radius, stride);
  };
  slide_over_rows(height_, radius, add_row, [&](int y) {
    solve(sums_.data(), triples_.data(), stride, radius, options_.epsilon, width_,
          raw_.data() + static_cast<std::size_t>(y) * row_size, plane);
  });
}

void GuidedModel::smooth_coefficients() {
  const int radius = options_.radius;
  const auto row_size = static_cast<std::size_t>(width_);
  const std::size_t plane = row_size * static_cast<std::size_t>(height_);
  const std::size_t stride = row_size + 2 * static_cast<std::size_t>(radius);
  sums_.assign(kCoefficients * stride, 0.0f);
  const auto add = &HWY_DYNAMIC_DISPATCH(add_coefficients);
  const auto mean = &HWY_DYNAMIC_DISPATCH(mean_row);
  const auto add_row = [&](int y, float sign) {
    add(raw_.data() + static_cast<std::size_t>(y) * row_size, plane, sign, width_, sums_.data() + radius,
        stride);
  };
  slide_over_rows(height_, radius, add_row, [&](int y) {
    const int rows = std::min(y, radius) + std::min(height_ - 1 - y, radius) + 1;
    mean(sums_.data(), triples_.data(), stride, radius, rows, width_,
         coefficients_.data() + static_cast<std::size_t>(y) * row_size, plane);
  });
}

void GuidedModel::find_range(std::span<const float> values) {
  const auto row_size = static_cast<std::size_t>(width_);
  const std::size_t plane = row_size * static_cast<std::size_t>(height_);
  row_extremes_.resize(2 * row_size);
  const auto range = &HWY_DYNAMIC_DISPATCH(range_row);
  for (int y = 0; y < height_; ++y) {
    const float* const middle = values.data() + static_cast<std::size_t>(y) * row_size;
    const float* const above = y > 0 ? middle - row_size : middle;
    const float* const below = y + 1 < height_ ? middle + row_size : middle;
    float* const least =
        coefficients_.data() + kCoefficients * plane + static_cast<std::size_t>(y) * row_size;
    range(above, middle, below, width_, row_extremes_.data(), row_extremes_.data() + row_size, least,
          least + plane);
  }
}

void GuidedModel::keep_color_to_edges(std::span<const float> values) {
  const std::ptrdiff_t row_size = width_;
  const std::size_t plane = static_cast<std::size_t>(width_) * static_cast<std::size_t>(height_);
  const float* const least = coefficients_.data() + kCoefficients * plane;
  const auto fade = &HWY_DYNAMIC_DISPATCH(fade_row);
  for (int y = 0; y < height_; ++y) {
    const std::ptrdiff_t at = y * row_size;
    const EdgeRow row = {.least = least + at,
                         .largest = least + plane + at,
                         .values = values.data() + at,
                         .up = y > 0 ? -row_size : 0,
                         .down = y + 1 < height_ ? row_size : 0,
                         .flat = options_.flat,
                         .edge = options_.edge};
    fade(row, width_, coefficients_.data() + at, plane);
  }
}

void GuidedModel::interleave_coefficients() {
  const auto row_size = static_cast<std::size_t>(width_);
  const std::size_t plane = row_size * static_cast<std::size_t>(height_);
  const auto interleave = &HWY_DYNAMIC_DISPATCH(interleave_row);
  for (std::size_t at = 0; at < plane; at += row_size)
    interleave(coefficients_.data() + at, plane, width_, cells().data() + kCoefficients * at);
}

void GuidedModel::place(const Box& window, int picture_width, int x_begin, int x_end) {
  window_ = window;
  x_begin_ = x_begin;
  x_count_ = x_end - x_begin;
  const auto widest = static_cast<std::size_t>(picture_width), count = static_cast<std::size_t>(x_count_);
  left_.reserve(widest);
  right_share_.reserve(widest);
  left_.resize(count);
  right_share_.resize(count);
  for (std::vector<float>& row : expanded_) {
    row.reserve(static_cast<std::size_t>(planes_) * widest);
    row.resize(static_cast<std::size_t>(planes_) * count);
  }
  expanded_index_[0] = expanded_index_[1] = -1;
  const float scale = static_cast<float>(width_) / window.width;
  for (std::size_t i = 0; i < count; ++i) {
    const float at = (static_cast<float>(x_begin + static_cast<int>(i)) + 0.5f - window.x) * scale - 0.5f;
    const float inside = std::clamp(at, 0.0f, static_cast<float>(width_ - 1));
    left_[i] = std::max(0, std::min(static_cast<int>(inside), width_ - 2));
    right_share_[i] = inside - static_cast<float>(left_[i]);
  }
}

const float* GuidedModel::expanded_row(int row) {
  const int slot = row & 1;
  std::vector<float>& expanded = expanded_[slot];
  if (expanded_index_[slot] == row) return expanded.data();
  expanded_index_[slot] = row;
  const auto row_size = static_cast<std::size_t>(width_), count = static_cast<std::size_t>(x_count_);
  const std::size_t plane = row_size * static_cast<std::size_t>(height_);
  const std::size_t at = static_cast<std::size_t>(row) * row_size;
  const int next = width_ > 1 ? 1 : 0;
  HWY_DYNAMIC_DISPATCH(expand_row)
  (cells().data() + kCoefficients * at, left_.data(), right_share_.data(), next, x_count_, expanded.data());
  for (std::size_t i = kCoefficients; i < static_cast<std::size_t>(planes_); ++i) {
    const float* const source = coefficients_.data() + i * plane + at;
    float* const target = expanded.data() + i * count;
    for (std::size_t x = 0; x < count; ++x) {
      const float left = source[left_[x]], right = source[left_[x] + next];
      target[x] = left + right_share_[x] * (right - left);
    }
  }
  return expanded.data();
}

void GuidedModel::evaluate_row(ImageView picture, int y, std::span<float> values) {
  if (values.size() != static_cast<std::size_t>(x_count_))
    throw Error(ErrorCode::invalid_argument,
                "a row of a guided filter must have as many values as place() has columns");
  const float at =
      (static_cast<float>(y) + 0.5f - window_.y) * static_cast<float>(height_) / window_.height - 0.5f;
  const float inside = std::clamp(at, 0.0f, static_cast<float>(height_ - 1));
  const int upper = std::max(0, std::min(static_cast<int>(inside), height_ - 2));
  const int lower = std::min(upper + 1, height_ - 1);
  const ModelRows rows = {expanded_row(upper), expanded_row(lower), inside - static_cast<float>(upper)};
  HWY_DYNAMIC_DISPATCH(apply_row)
  (rows, options_.keep_range, picture.pixel(x_begin_, y), picture.channels(), x_count_, values.data());
}

}  // namespace portrait_depth
#endif  // HWY_ONCE
