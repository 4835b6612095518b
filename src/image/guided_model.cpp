// This work is based on:
// Kaiming He, Jian Sun, Xiaoou Tang, "Guided Image Filtering", PAMI 2013 (the color guide is its
// section 3.4); Kaiming He, Jian Sun, "Fast Guided Filter", arXiv 1505.00996, 2015 (fit small, apply large).
// Ours adds weights to the fit, and runs it row by row, without planes for the products.
#include "image/guided_model.hpp"

#include <algorithm>
#include <cmath>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "image/guided_model.cpp"
#include <hwy/foreach_target.h>  // must come before highway.h
#include <hwy/highway.h>

#ifndef PORTRAIT_DEPTH_GUIDED_MODEL_ONCE
#define PORTRAIT_DEPTH_GUIDED_MODEL_ONCE
namespace portrait_depth {

// What is summed over a neighborhood: w, w I (3), w I I^T (6), w p, w I p (3).
inline constexpr int kMoments = 14;
inline constexpr int kCoefficients = 4;

/// One row of the fit's input. `weights` is null where all are 1.
struct GuideRow {
  const float *red, *green, *blue, *values, *weights;
};

}  // namespace portrait_depth
#endif

HWY_BEFORE_NAMESPACE();
namespace portrait_depth::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Calls run(tag, x) for x in 0..count-1 in steps of the tag's lanes: whole vectors first, then single
/// values.
template <class Run>
HWY_INLINE void for_lanes(int count, const Run& run) {
  const hn::ScalableTag<float> wide;
  const hn::CappedTag<float, 1> narrow;
  const int lanes = static_cast<int>(hn::Lanes(wide));
  int x = 0;
  for (; x + lanes <= count; x += lanes) run(wide, x);
  for (; x < count; ++x) run(narrow, x);
}

/// Adds (sign 1) or takes away (sign -1) a row's moments.
void add_moments(const GuideRow& row, float sign, int count, float* sums, std::size_t stride) {
  for_lanes(count, [&](auto d, int x) HWY_ATTR {
    const auto weight =
        row.weights == nullptr ? hn::Set(d, sign) : hn::Mul(hn::Set(d, sign), hn::LoadU(d, row.weights + x));
    const auto red = hn::LoadU(d, row.red + x), green = hn::LoadU(d, row.green + x),
               blue = hn::LoadU(d, row.blue + x);
    const auto value = hn::LoadU(d, row.values + x);
    const auto wr = hn::Mul(weight, red), wg = hn::Mul(weight, green), wb = hn::Mul(weight, blue);
    const auto add = [&](std::size_t moment, auto amount) HWY_ATTR {
      float* sum = sums + moment * stride + static_cast<std::size_t>(x);
      hn::StoreU(hn::Add(hn::LoadU(d, sum), amount), d, sum);
    };
    add(0, weight);
    add(1, wr);
    add(2, wg);
    add(3, wb);
    add(4, hn::Mul(wr, red));
    add(5, hn::Mul(wr, green));
    add(6, hn::Mul(wr, blue));
    add(7, hn::Mul(wg, green));
    add(8, hn::Mul(wg, blue));
    add(9, hn::Mul(wb, blue));
    add(10, hn::Mul(weight, value));
    add(11, hn::Mul(wr, value));
    add(12, hn::Mul(wg, value));
    add(13, hn::Mul(wb, value));
  });
}

/// Sum over 2 radius + 1 neighbors; `sums` points at the first of them.
template <class D>
HWY_INLINE hn::Vec<D> box_sum(D d, const float* sums, int radius) {
  auto sum = hn::LoadU(d, sums);
  for (int i = 1; i <= 2 * radius; ++i) sum = hn::Add(sum, hn::LoadU(d, sums + i));
  return sum;
}

/// Solves (covariance of the guide + epsilon) a = covariance of guide and values, and b = mean value - a mean
/// guide, for every pixel of a row. `sums` are of columns, with `radius` zeros before and behind.
void solve_row(const float* sums, std::size_t stride, int radius, float epsilon, int count, float* result,
               std::size_t plane) {
  for_lanes(count, [&](auto d, int x) HWY_ATTR {
    const auto moment = [&](std::size_t i) HWY_ATTR {
      return box_sum(d, sums + i * stride + static_cast<std::size_t>(x), radius);
    };
    const auto scale = hn::Div(hn::Set(d, 1.0f), moment(0));
    const auto r = hn::Mul(moment(1), scale), g = hn::Mul(moment(2), scale), b = hn::Mul(moment(3), scale);
    const auto value = hn::Mul(moment(10), scale);
    const auto eps = hn::Set(d, epsilon);
    // The symmetric matrix, its upper half.
    const auto rr = hn::Add(hn::NegMulAdd(r, r, hn::Mul(moment(4), scale)), eps);
    const auto rg = hn::NegMulAdd(r, g, hn::Mul(moment(5), scale));
    const auto rb = hn::NegMulAdd(r, b, hn::Mul(moment(6), scale));
    const auto gg = hn::Add(hn::NegMulAdd(g, g, hn::Mul(moment(7), scale)), eps);
    const auto gb = hn::NegMulAdd(g, b, hn::Mul(moment(8), scale));
    const auto bb = hn::Add(hn::NegMulAdd(b, b, hn::Mul(moment(9), scale)), eps);
    const auto rv = hn::NegMulAdd(r, value, hn::Mul(moment(11), scale));
    const auto gv = hn::NegMulAdd(g, value, hn::Mul(moment(12), scale));
    const auto bv = hn::NegMulAdd(b, value, hn::Mul(moment(13), scale));
    // Its inverse by cofactors, which is symmetric too.
    const auto irr = hn::NegMulAdd(gb, gb, hn::Mul(gg, bb));
    const auto irg = hn::NegMulAdd(rg, bb, hn::Mul(gb, rb));
    const auto irb = hn::NegMulAdd(gg, rb, hn::Mul(rg, gb));
    const auto igg = hn::NegMulAdd(rb, rb, hn::Mul(rr, bb));
    const auto igb = hn::NegMulAdd(rr, gb, hn::Mul(rb, rg));
    const auto ibb = hn::NegMulAdd(rg, rg, hn::Mul(rr, gg));
    const auto determinant = hn::MulAdd(rr, irr, hn::MulAdd(rg, irg, hn::Mul(rb, irb)));
    const auto inverse = hn::Div(hn::Set(d, 1.0f), determinant);
    const auto ar = hn::Mul(inverse, hn::MulAdd(irr, rv, hn::MulAdd(irg, gv, hn::Mul(irb, bv))));
    const auto ag = hn::Mul(inverse, hn::MulAdd(irg, rv, hn::MulAdd(igg, gv, hn::Mul(igb, bv))));
    const auto ab = hn::Mul(inverse, hn::MulAdd(irb, rv, hn::MulAdd(igb, gv, hn::Mul(ibb, bv))));
    hn::StoreU(ar, d, result + x);
    hn::StoreU(ag, d, result + plane + x);
    hn::StoreU(ab, d, result + 2 * plane + x);
    hn::StoreU(hn::NegMulAdd(ar, r, hn::NegMulAdd(ag, g, hn::NegMulAdd(ab, b, value))), d,
               result + 3 * plane + x);
  });
}

void add_coefficients(const float* row, std::size_t plane, float sign, int count, float* sums,
                      std::size_t stride) {
  for (std::size_t i = 0; i < kCoefficients; ++i)
    for_lanes(count, [&](auto d, int x) HWY_ATTR {
      float* sum = sums + i * stride + static_cast<std::size_t>(x);
      hn::StoreU(hn::MulAdd(hn::Set(d, sign), hn::LoadU(d, row + i * plane + static_cast<std::size_t>(x)),
                            hn::LoadU(d, sum)),
                 d, sum);
    });
}

/// The mean over 2 radius + 1 columns of `rows` rows, fewer at the borders.
void mean_row(const float* sums, std::size_t stride, int radius, int rows, int count, float* result,
              std::size_t plane) {
  for (std::size_t i = 0; i < kCoefficients; ++i) {
    for_lanes(count, [&](auto d, int x) HWY_ATTR {
      hn::StoreU(box_sum(d, sums + i * stride + static_cast<std::size_t>(x), radius), d,
                 result + i * plane + static_cast<std::size_t>(x));
    });
    for (int x = 0; x < count; ++x) {
      const int columns = std::min(x, radius) + std::min(count - 1 - x, radius) + 1;
      result[i * plane + static_cast<std::size_t>(x)] /= static_cast<float>(columns * rows);
    }
  }
}

/// Between two rows of coefficients, applied to a row of pixels. With the range, two more planes bound the
/// result.
template <int channels, bool keep_range>
void apply(const float* HWY_RESTRICT upper, const float* HWY_RESTRICT lower, float share,
           const std::uint8_t* HWY_RESTRICT pixels, int count, float* HWY_RESTRICT result) {
  const float keep = 1.0f - share;
  const auto between = [&](int i) HWY_ATTR { return keep * upper[i] + share * lower[i]; };
  for (int x = 0; x < count; ++x) {
    const float color = between(x) * static_cast<float>(pixels[channels * x]) +
                        between(count + x) * static_cast<float>(pixels[channels * x + 1]) +
                        between(2 * count + x) * static_cast<float>(pixels[channels * x + 2]);
    float value = color * (1.0f / 255.0f) + between(3 * count + x);
    if (keep_range) {
      const float least = between(4 * count + x), largest = between(5 * count + x);
      value = value < least ? least : value;
      value = value > largest ? largest : value;
    }
    result[x] = value;
  }
}

void apply_row(const float* upper, const float* lower, float share, bool keep_range,
               const std::uint8_t* pixels, int channels, int count, float* result) {
  if (channels == 3) {
    if (keep_range) return apply<3, true>(upper, lower, share, pixels, count, result);
    return apply<3, false>(upper, lower, share, pixels, count, result);
  }
  if (keep_range) return apply<4, true>(upper, lower, share, pixels, count, result);
  return apply<4, false>(upper, lower, share, pixels, count, result);
}

}  // namespace portrait_depth::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace portrait_depth {

HWY_EXPORT(add_moments);
HWY_EXPORT(solve_row);
HWY_EXPORT(add_coefficients);
HWY_EXPORT(mean_row);
HWY_EXPORT(apply_row);

void GuidedModel::fit(std::span<const float> guide, std::span<const float> values,
                      std::span<const float> weights, int width, int height,
                      const GuidedModelOptions& options) {
  const std::size_t size = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
  if (size == 0 || guide.size() != 3 * size || values.size() != size ||
      (!weights.empty() && weights.size() != size))
    throw Error(ErrorCode::invalid_argument, "guide, values and weights differ in size");
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
  expanded_index_[0] = expanded_index_[1] = -1;
}

void GuidedModel::fit_coefficients(std::span<const float> guide, std::span<const float> values,
                                   std::span<const float> weights) {
  const int radius = options_.radius;
  const auto row_size = static_cast<std::size_t>(width_);
  const std::size_t plane = row_size * static_cast<std::size_t>(height_);
  const std::size_t stride = row_size + 2 * static_cast<std::size_t>(radius);
  sums_.assign(kMoments * stride, 0.0f);
  const auto add = &HWY_DYNAMIC_DISPATCH(add_moments);
  const auto solve = &HWY_DYNAMIC_DISPATCH(solve_row);
  const auto add_row = [&](int y, float sign) {
    const std::size_t at = static_cast<std::size_t>(y) * row_size;
    const GuideRow row{guide.data() + at, guide.data() + plane + at, guide.data() + 2 * plane + at,
                       values.data() + at, weights.empty() ? nullptr : weights.data() + at};
    add(row, sign, width_, sums_.data() + radius, stride);
  };
  for (int y = 0; y < std::min(radius, height_); ++y) add_row(y, 1.0f);
  for (int y = 0; y < height_; ++y) {
    if (y + radius < height_) add_row(y + radius, 1.0f);
    if (y > radius) add_row(y - radius - 1, -1.0f);
    solve(sums_.data(), stride, radius, options_.epsilon, width_,
          raw_.data() + static_cast<std::size_t>(y) * row_size, plane);
  }
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
  for (int y = 0; y < std::min(radius, height_); ++y) add_row(y, 1.0f);
  for (int y = 0; y < height_; ++y) {
    if (y + radius < height_) add_row(y + radius, 1.0f);
    if (y > radius) add_row(y - radius - 1, -1.0f);
    const int rows = std::min(y, radius) + std::min(height_ - 1 - y, radius) + 1;
    mean(sums_.data(), stride, radius, rows, width_,
         coefficients_.data() + static_cast<std::size_t>(y) * row_size, plane);
  }
}

void GuidedModel::find_range(std::span<const float> values) {
  const auto row_size = static_cast<std::size_t>(width_);
  const std::size_t plane = row_size * static_cast<std::size_t>(height_);
  row_extremes_.resize(2 * row_size);
  float* const lows = row_extremes_.data();
  float* const highs = row_extremes_.data() + row_size;
  for (int y = 0; y < height_; ++y) {
    const float* const middle = values.data() + static_cast<std::size_t>(y) * row_size;
    const float* const above = y > 0 ? middle - row_size : middle;
    const float* const below = y + 1 < height_ ? middle + row_size : middle;
    for (std::size_t x = 0; x < row_size; ++x) {
      lows[x] = std::min({above[x], middle[x], below[x]});
      highs[x] = std::max({above[x], middle[x], below[x]});
    }
    float* const least =
        coefficients_.data() + kCoefficients * plane + static_cast<std::size_t>(y) * row_size;
    float* const largest = least + plane;
    for (std::size_t x = 0; x < row_size; ++x) {
      const std::size_t left = x > 0 ? x - 1 : x, right = x + 1 < row_size ? x + 1 : x;
      least[x] = std::min({lows[left], lows[x], lows[right]});
      largest[x] = std::max({highs[left], highs[x], highs[right]});
    }
  }
}

void GuidedModel::keep_color_to_edges(std::span<const float> values) {
  const auto row_size = static_cast<std::size_t>(width_), rows = static_cast<std::size_t>(height_);
  const std::size_t plane = row_size * rows;
  const float* const least = coefficients_.data() + kCoefficients * plane;
  const float* const largest = least + plane;
  for (std::size_t y = 0; y < rows; ++y)
    for (std::size_t x = 0; x < row_size; ++x) {
      // The 3 x 3 ranges of the corners of 3 x 3 pixels make the range of 5 x 5.
      float range_least = least[y * row_size + x], range_largest = largest[y * row_size + x];
      for (const std::size_t ny : {y > 0 ? y - 1 : y, std::min(y + 1, rows - 1)})
        for (const std::size_t nx : {x > 0 ? x - 1 : x, std::min(x + 1, row_size - 1)}) {
          range_least = std::min(range_least, least[ny * row_size + nx]);
          range_largest = std::max(range_largest, largest[ny * row_size + nx]);
        }
      const float part = (range_largest - range_least - options_.flat) / (options_.edge - options_.flat);
      const float say = std::clamp(part, 0.0f, 1.0f);
      float* const pixel = coefficients_.data() + y * row_size + x;
      for (std::size_t i = 0; i < kCoefficients; ++i) pixel[i * plane] *= say;
      pixel[3 * plane] += (1.0f - say) * values[y * row_size + x];
    }
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
  const std::size_t plane = static_cast<std::size_t>(width_) * static_cast<std::size_t>(height_);
  const auto count = static_cast<std::size_t>(x_count_);
  const int next = width_ > 1 ? 1 : 0;
  for (std::size_t i = 0; i < static_cast<std::size_t>(planes_); ++i) {
    const float* const source =
        coefficients_.data() + i * plane + static_cast<std::size_t>(row) * static_cast<std::size_t>(width_);
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
    throw Error(ErrorCode::invalid_argument, "the row does not have the length that was announced");
  const float at =
      (static_cast<float>(y) + 0.5f - window_.y) * static_cast<float>(height_) / window_.height - 0.5f;
  const float inside = std::clamp(at, 0.0f, static_cast<float>(height_ - 1));
  const int upper = std::max(0, std::min(static_cast<int>(inside), height_ - 2));
  const int lower = std::min(upper + 1, height_ - 1);
  const float* const upper_row = expanded_row(upper);
  const float* const lower_row = expanded_row(lower);
  HWY_DYNAMIC_DISPATCH(apply_row)
  (upper_row, lower_row, inside - static_cast<float>(upper), options_.keep_range, picture.pixel(x_begin_, y),
   picture.channels(), x_count_, values.data());
}

}  // namespace portrait_depth
#endif  // HWY_ONCE
