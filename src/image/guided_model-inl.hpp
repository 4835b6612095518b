// The guided filter's inner loops, compiled once for every instruction set (included by guided_model.cpp
// only).

#if defined(PORTRAIT_DEPTH_GUIDED_MODEL_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef PORTRAIT_DEPTH_GUIDED_MODEL_INL
#undef PORTRAIT_DEPTH_GUIDED_MODEL_INL
#else
#define PORTRAIT_DEPTH_GUIDED_MODEL_INL
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>

#ifndef PORTRAIT_DEPTH_GUIDED_MODEL_TYPES
#define PORTRAIT_DEPTH_GUIDED_MODEL_TYPES
namespace portrait_depth {

// Sums over a neighborhood, with the guide I, the values p and their weights w: w, w I (3), w I I^T (6), w p,
// w I p (3).
inline constexpr int kMoments = 14;
inline constexpr int kCoefficients = 4;  // the weights of red, green and blue, and the constant

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

/// Adds (sign 1) or subtracts (sign -1) a row's moments.
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

/// The sum over 2 radius + 1 neighbors; `sums` points at the first one.
template <class D>
HWY_INLINE hn::Vec<D> box_sum(D d, const float* sums, int radius) {
  auto sum = hn::LoadU(d, sums);
  for (int i = 1; i <= 2 * radius; ++i) sum = hn::Add(sum, hn::LoadU(d, sums + i));
  return sum;
}

/// Solves (covariance of the guide + epsilon) a = covariance of guide and values, and b = mean value - a mean
/// guide, for every pixel of a row. `sums` holds sums of columns, with `radius` zeros at both ends.
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

/// Applies the coefficients between two rows to a row of pixels. With keep_range, two more planes bound the
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

#endif
