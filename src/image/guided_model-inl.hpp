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
#include <type_traits>

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

/// One row of keep_color_to_edges(). `least` and `largest` are the row's 3 x 3 ranges; the ranges of the rows
/// above and below are `up` and `down` values away.
struct EdgeRow {
  const float *least, *largest, *values;
  std::ptrdiff_t up, down;
  float flat, edge;
};

/// Two rows of a model at the picture's width, and the share of the lower one between them. Each row has the
/// coefficients, pixel by pixel, and with keep_range one plane each of the least and the largest values.
struct ModelRows {
  const float *upper, *lower;
  float share;
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

/// Calls run(radius) with a radius that the compiler knows, for unrolled loops, if it is a frequent one.
template <class Run>
HWY_INLINE void with_radius(int radius, const Run& run) {
  if (radius == 3) return run(std::integral_constant<int, 3>());
  if (radius == 4) return run(std::integral_constant<int, 4>());
  run(radius);
}

/// Writes the sums of three neighbors, at the first of them. The last two have no meaning.
HWY_INLINE void add_triples(const float* sums, int count, float* triples) {
  for_lanes(count - 2, [&](auto d, int x) HWY_ATTR {
    const auto first_two = hn::Add(hn::LoadU(d, sums + x), hn::LoadU(d, sums + x + 1));
    hn::StoreU(hn::Add(first_two, hn::LoadU(d, sums + x + 2)), d, triples + x);
  });
}

/// The sum over 2 radius + 1 neighbors, at the first of them. `triples` are those of add_triples().
template <class D, class Radius>
HWY_INLINE hn::Vec<D> box_sum(D d, const float* sums, const float* triples, Radius radius) {
  const int count = 2 * radius + 1;
  auto sum = hn::Zero(d);
  int i = 0;
  for (; i + 3 <= count; i += 3) sum = hn::Add(sum, hn::LoadU(d, triples + i));
  for (; i < count; ++i) sum = hn::Add(sum, hn::LoadU(d, sums + i));
  return sum;
}

/// Solves (covariance of the guide + epsilon) a = covariance of guide and values, and b = mean value - a mean
/// guide, for every pixel of a row. `sums` holds sums of columns, with `radius` zeros at both ends.
template <class Radius>
void solve_row_of(const float* sums, const float* triples, std::size_t stride, Radius radius, float epsilon,
                  int count, float* result, std::size_t plane) {
  for_lanes(count, [&](auto d, int x) HWY_ATTR {
    const auto moment = [&](std::size_t i) HWY_ATTR {
      const std::size_t at = i * stride + static_cast<std::size_t>(x);
      return box_sum(d, sums + at, triples + at, radius);
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

void solve_row(const float* sums, float* triples, std::size_t stride, int radius, float epsilon, int count,
               float* result, std::size_t plane) {
  add_triples(sums, static_cast<int>(kMoments * stride), triples);
  with_radius(radius, [&](auto known) HWY_ATTR {
    solve_row_of(sums, triples, stride, known, epsilon, count, result, plane);
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
void mean_row(const float* sums, float* triples, std::size_t stride, int radius, int rows, int count,
              float* result, std::size_t plane) {
  add_triples(sums, static_cast<int>(kCoefficients * stride), triples);
  for (std::size_t i = 0; i < kCoefficients; ++i) {
    with_radius(radius, [&](auto known) HWY_ATTR {
      for_lanes(count, [&](auto d, int x) HWY_ATTR {
        const std::size_t at = i * stride + static_cast<std::size_t>(x);
        hn::StoreU(box_sum(d, sums + at, triples + at, known), d,
                   result + i * plane + static_cast<std::size_t>(x));
      });
    });
    float* const mean = result + i * plane;
    const auto divide = [&](int x) {
      const int columns = std::min(x, radius) + std::min(count - 1 - x, radius) + 1;
      mean[x] /= static_cast<float>(columns * rows);
    };
    const int inner = std::min(radius, count), inner_end = std::max(inner, count - radius);
    for (int x = 0; x < inner; ++x) divide(x);
    for_lanes(inner_end - inner, [&](auto d, int x) HWY_ATTR {
      float* const at = mean + inner + x;
      hn::StoreU(hn::Div(hn::LoadU(d, at), hn::Set(d, static_cast<float>((2 * radius + 1) * rows))), d, at);
    });
    for (int x = inner_end; x < count; ++x) divide(x);
  }
}

/// The least and the largest of 3 x 3 values around each pixel of a row. `lows` and `highs` are work memory
/// of count values.
void range_row(const float* above, const float* middle, const float* below, int count, float* lows,
               float* highs, float* least, float* largest) {
  for_lanes(count, [&](auto d, int x) HWY_ATTR {
    const auto a = hn::LoadU(d, above + x), m = hn::LoadU(d, middle + x), b = hn::LoadU(d, below + x);
    hn::StoreU(hn::Min(hn::Min(a, m), b), d, lows + x);
    hn::StoreU(hn::Max(hn::Max(a, m), b), d, highs + x);
  });
  const auto at_border = [&](int x) {
    const int left = std::max(x - 1, 0), right = std::min(x + 1, count - 1);
    least[x] = std::min({lows[left], lows[x], lows[right]});
    largest[x] = std::max({highs[left], highs[x], highs[right]});
  };
  at_border(0);
  for_lanes(count - 2, [&](auto d, int x) HWY_ATTR {
    const auto low =
        hn::Min(hn::Min(hn::LoadU(d, lows + x), hn::LoadU(d, lows + x + 1)), hn::LoadU(d, lows + x + 2));
    const auto high =
        hn::Max(hn::Max(hn::LoadU(d, highs + x), hn::LoadU(d, highs + x + 1)), hn::LoadU(d, highs + x + 2));
    hn::StoreU(low, d, least + x + 1);
    hn::StoreU(high, d, largest + x + 1);
  });
  at_border(count - 1);
}

/// Fades the color's weights of a row where the values around a pixel hardly differ. `left` and `right` are
/// the distances to the neighbors of the first value, 1 except at the borders.
template <class D>
HWY_INLINE void fade_color(D d, const EdgeRow& row, int x, int left, int right, float* coefficients,
                           std::size_t plane) {
  // The 3 x 3 ranges at the corners of 3 x 3 pixels give the range of 5 x 5.
  auto least = hn::LoadU(d, row.least + x), largest = hn::LoadU(d, row.largest + x);
  for (const std::ptrdiff_t away : {row.up - left, row.up + right, row.down - left, row.down + right}) {
    least = hn::Min(least, hn::LoadU(d, row.least + x + away));
    largest = hn::Max(largest, hn::LoadU(d, row.largest + x + away));
  }
  const auto zero = hn::Zero(d), one = hn::Set(d, 1.0f);
  const auto part =
      hn::Div(hn::Sub(hn::Sub(largest, least), hn::Set(d, row.flat)), hn::Set(d, row.edge - row.flat));
  const auto strength = hn::Min(hn::Max(part, zero), one);
  for (std::size_t i = 0; i < kCoefficients; ++i) {
    float* const at = coefficients + i * plane + static_cast<std::size_t>(x);
    auto faded = hn::Mul(hn::LoadU(d, at), strength);
    if (i == 3) faded = hn::Add(faded, hn::Mul(hn::Sub(one, strength), hn::LoadU(d, row.values + x)));
    hn::StoreU(faded, d, at);
  }
}

void fade_row(const EdgeRow& row, int count, float* coefficients, std::size_t plane) {
  const hn::CappedTag<float, 1> narrow;
  fade_color(narrow, row, 0, 0, count > 1 ? 1 : 0, coefficients, plane);
  for_lanes(count - 2, [&](auto d, int x) HWY_ATTR { fade_color(d, row, x + 1, 1, 1, coefficients, plane); });
  if (count > 1) fade_color(narrow, row, count - 1, 1, 0, coefficients, plane);
}

/// Puts a row of the four coefficients side by side, pixel by pixel.
void interleave_row(const float* coefficients, std::size_t plane, int count, float* cells) {
  const hn::ScalableTag<float> d;
  const int lanes = static_cast<int>(hn::Lanes(d));
  const float* const planes[kCoefficients] = {coefficients, coefficients + plane, coefficients + 2 * plane,
                                              coefficients + 3 * plane};
  int x = 0;
  for (; x + lanes <= count; x += lanes)
    hn::StoreInterleaved4(hn::LoadU(d, planes[0] + x), hn::LoadU(d, planes[1] + x),
                          hn::LoadU(d, planes[2] + x), hn::LoadU(d, planes[3] + x), d,
                          cells + std::ptrdiff_t{kCoefficients} * x);
  for (; x < count; ++x)
    for (int i = 0; i < kCoefficients; ++i) cells[kCoefficients * x + i] = planes[i][x];
}

/// Interpolates the coefficients of a row at `count` columns. left: the small column to the left of each,
/// whose right neighbor is `next` columns away and has the share right_share.
void expand_row(const float* cells, const int* left, const float* right_share, int next, int count,
                float* result) {
  const hn::CappedTag<float, kCoefficients> d;
  const int lanes = static_cast<int>(hn::Lanes(d));
  for (int x = 0; x < count; ++x) {
    const float* const from = cells + std::ptrdiff_t{kCoefficients} * left[x];
    const float* const to = from + std::ptrdiff_t{kCoefficients} * next;
    const auto share = hn::Set(d, right_share[x]);
    for (int i = 0; i < kCoefficients; i += lanes) {
      const auto value = hn::LoadU(d, from + i);
      hn::StoreU(hn::Add(value, hn::Mul(share, hn::Sub(hn::LoadU(d, to + i), value))), d,
                 result + std::ptrdiff_t{kCoefficients} * x + i);
    }
  }
}

/// Applies the coefficients to the pixels first..count-1 of a row. With keep_range, the two planes bound the
/// result.
template <int channels, bool keep_range>
void apply_one_by_one(const ModelRows& rows, const std::uint8_t* HWY_RESTRICT pixels, int first, int count,
                      float* HWY_RESTRICT result) {
  const auto between = [&](int i) {
    return (1.0f - rows.share) * rows.upper[i] + rows.share * rows.lower[i];
  };
  for (int x = first; x < count; ++x) {
    const int cell = kCoefficients * x;
    const float color = between(cell) * static_cast<float>(pixels[channels * x]) +
                        between(cell + 1) * static_cast<float>(pixels[channels * x + 1]) +
                        between(cell + 2) * static_cast<float>(pixels[channels * x + 2]);
    float value = color * (1.0f / 255.0f) + between(cell + 3);
    if (keep_range) {
      const float least = between(4 * count + x), largest = between(5 * count + x);
      value = value < least ? least : value;
      value = value > largest ? largest : value;
    }
    result[x] = value;
  }
}

/// The same for RGBA pixels, a vector at a time. Returns the number of pixels in whole vectors.
template <bool keep_range>
int apply_rgba(const ModelRows& rows, const std::uint8_t* HWY_RESTRICT pixels, int count,
               float* HWY_RESTRICT result) {
  const hn::ScalableTag<float> d;
  const hn::RebindToUnsigned<decltype(d)> words;
  const hn::RebindToSigned<decltype(d)> integers;
  const int lanes = static_cast<int>(hn::Lanes(d));
  const auto upper_share = hn::Set(d, 1.0f - rows.share), lower_share = hn::Set(d, rows.share);
  const auto mix = [&](auto upper, auto lower)
                       HWY_ATTR { return hn::Add(hn::Mul(upper_share, upper), hn::Mul(lower_share, lower)); };
  int x = 0;
  for (; x + lanes <= count; x += lanes) {
    hn::Vec<decltype(d)> upper[kCoefficients], lower[kCoefficients];
    hn::LoadInterleaved4(d, rows.upper + kCoefficients * x, upper[0], upper[1], upper[2], upper[3]);
    hn::LoadInterleaved4(d, rows.lower + kCoefficients * x, lower[0], lower[1], lower[2], lower[3]);
    const auto rgba = hn::LoadU(words, reinterpret_cast<const std::uint32_t*>(pixels + 4 * x));
    const auto channel = [&](auto shifted) HWY_ATTR {
      return hn::ConvertTo(d, hn::BitCast(integers, hn::And(shifted, hn::Set(words, 255u))));
    };
    const auto red = hn::Mul(mix(upper[0], lower[0]), channel(rgba));
    const auto green = hn::Mul(mix(upper[1], lower[1]), channel(hn::ShiftRight<8>(rgba)));
    const auto blue = hn::Mul(mix(upper[2], lower[2]), channel(hn::ShiftRight<16>(rgba)));
    auto value = hn::Add(hn::Mul(hn::Add(hn::Add(red, green), blue), hn::Set(d, 1.0f / 255.0f)),
                         mix(upper[3], lower[3]));
    if (keep_range)
      for (int plane = 4; plane < 6; ++plane) {
        const auto limit =
            mix(hn::LoadU(d, rows.upper + plane * count + x), hn::LoadU(d, rows.lower + plane * count + x));
        value = plane == 4 ? hn::Max(value, limit) : hn::Min(value, limit);
      }
    hn::StoreU(value, d, result + x);
  }
  return x;
}

template <bool keep_range>
void apply(const ModelRows& rows, const std::uint8_t* pixels, int channels, int count, float* result) {
  if (channels == 3) return apply_one_by_one<3, keep_range>(rows, pixels, 0, count, result);
  const int done = apply_rgba<keep_range>(rows, pixels, count, result);
  apply_one_by_one<4, keep_range>(rows, pixels, done, count, result);
}

void apply_row(const ModelRows& rows, bool keep_range, const std::uint8_t* pixels, int channels, int count,
               float* result) {
  if (keep_range) return apply<true>(rows, pixels, channels, count, result);
  return apply<false>(rows, pixels, channels, count, result);
}

}  // namespace portrait_depth::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
