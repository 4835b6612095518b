// The rasterizer's inner loops, compiled once for every instruction set (included by rasterizer.cpp only).
//
// Small triangles (nearly all, in the 3D photo and in the training people) are set up several at once. Their
// edge functions are 32-bit integers and exact, because the corners lie on 1/256 of a sample and at most
// kSmallSamples apart. Other triangles use doubles, which hold the same integers exactly up to 2^53.

#if defined(PORTRAIT_DEPTH_RASTERIZER_ROWS_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef PORTRAIT_DEPTH_RASTERIZER_ROWS_INL
#undef PORTRAIT_DEPTH_RASTERIZER_ROWS_INL
#else
#define PORTRAIT_DEPTH_RASTERIZER_ROWS_INL
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "render/rasterizer.hpp"

#ifndef PORTRAIT_DEPTH_RASTERIZER_WORK
#define PORTRAIT_DEPTH_RASTERIZER_WORK
namespace portrait_depth {
// One type for all instruction sets: the triangles and the target.
struct RasterizerWork {
  const ScreenVertex* vertices;
  const std::uint32_t* indices;
  const DrawOptions* options;
  VisibilityBand band;
};
}  // namespace portrait_depth
#endif

HWY_BEFORE_NAMESPACE();
namespace portrait_depth::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

constexpr int kSubsampleBits = 8;
constexpr int kSubsamples = 1 << kSubsampleBits;
constexpr int kSmallSamples = 64;
constexpr float kSafeSamples = 16384;  // sums of coordinates up to here fit into 32 bits

// Eight lanes suit triangles of a few samples; most lanes of wider vectors would be outside.
using FloatTag = hn::CappedTag<float, 8>;
using IntTag = hn::RebindToSigned<FloatTag>;
using UintTag = hn::RebindToUnsigned<FloatTag>;
constexpr std::size_t kMaxLanes = 8;

// The row loop's input for each triangle of a batch. Edge i is opposite corner i; `edge` is its function at
// the first sample of the box, minus one if samples on the edge belong to the other triangle.
struct alignas(64) Batch {
  std::int32_t edge[3][kMaxLanes], step_x[3][kMaxLanes], step_y[3][kMaxLanes];
  std::int32_t x0[kMaxLanes], x1[kMaxLanes], y0[kMaxLanes], y1[kMaxLanes];
  float inv_z[3][kMaxLanes];  // of the corners, over the doubled area
  float inv_z_bias[kMaxLanes];
};

// Writes one sample if the coverage test allows it.
inline void draw_tested_sample(const RasterizerWork& work, std::uint32_t id, Barycentric weights, float inv_z,
                               int x, int y) {
  if (!(*work.options->test)(id, weights, x, y + work.band.first_row)) return;
  work.band.inv_z(x, y) = inv_z;
  work.band.triangle(x, y) = id;
}

template <bool has_test>
HWY_INLINE void draw_small(const RasterizerWork& work, const Batch& batch, std::size_t lane,
                           std::uint32_t id) {
  const FloatTag df;
  const IntTag di;
  const UintTag du;
  const int lanes = static_cast<int>(hn::Lanes(df));
  const int width = work.band.inv_z.width();
  // A vector never exceeds the row's end. It starts further left instead; the edge functions exclude those
  // samples.
  const int x_last_start = width - lanes;
  const int x_first = std::min(batch.x0[lane], x_last_start);
  const auto along = hn::Add(hn::Iota(di, 0), hn::Set(di, x_first - batch.x0[lane]));
  hn::Vec<IntTag> edge[3];
  hn::Vec<FloatTag> corner[3];
  HWY_UNROLL(3)
  for (int i = 0; i < 3; ++i) {
    edge[i] = hn::Add(hn::Set(di, batch.edge[i][lane]), hn::Mul(along, hn::Set(di, batch.step_x[i][lane])));
    corner[i] = hn::Set(df, batch.inv_z[i][lane]);
  }
  const auto bias = hn::Set(df, batch.inv_z_bias[lane]);
  const auto ids = hn::Set(du, id);
  const int x1 = batch.x1[lane], y1 = batch.y1[lane];
  for (int y = batch.y0[lane];; ++y) {
    auto a = edge[0], b = edge[1], c = edge[2];
    for (int x = x_first;;) {
      const auto inside = hn::Gt(hn::Or(hn::Or(a, b), c), hn::Set(di, -1));
      const auto z = hn::MulAdd(
          hn::ConvertTo(df, a), corner[0],
          hn::MulAdd(hn::ConvertTo(df, b), corner[1], hn::MulAdd(hn::ConvertTo(df, c), corner[2], bias)));
      float* z_at = work.band.inv_z.row(y) + x;
      const auto z_old = hn::LoadU(df, z_at);
      const auto nearer = hn::And(hn::RebindMask(df, inside), hn::Gt(z, z_old));
      if constexpr (has_test) {
        HWY_ALIGN std::int32_t wa[kMaxLanes], wb[kMaxLanes];
        HWY_ALIGN float z_new[kMaxLanes];
        std::uint8_t bits[8] = {};
        hn::Store(a, di, wa);
        hn::Store(b, di, wb);
        hn::Store(z, df, z_new);
        hn::StoreMaskBits(df, nearer, bits);
        for (int i = 0; i < lanes; ++i) {
          if (((bits[0] >> i) & 1) == 0) continue;
          Barycentric weights;
          weights.a = static_cast<float>(wa[i]) * batch.inv_z[0][lane] / z_new[i];
          weights.b = static_cast<float>(wb[i]) * batch.inv_z[1][lane] / z_new[i];
          weights.c = 1 - weights.a - weights.b;
          draw_tested_sample(work, id, weights, z_new[i], x + i, y);
        }
      } else if (!hn::AllFalse(df, nearer)) {
        std::uint32_t* triangle_at = work.band.triangle.row(y) + x;
        hn::StoreU(hn::IfThenElse(nearer, z, z_old), df, z_at);
        hn::StoreU(hn::IfThenElse(hn::RebindMask(du, nearer), ids, hn::LoadU(du, triangle_at)), du,
                   triangle_at);
      }
      if (x + lanes > x1) break;
      const int step = std::min(lanes, x_last_start - x);
      const auto steps = hn::Set(di, step);
      a = hn::Add(a, hn::Mul(steps, hn::Set(di, batch.step_x[0][lane])));
      b = hn::Add(b, hn::Mul(steps, hn::Set(di, batch.step_x[1][lane])));
      c = hn::Add(c, hn::Mul(steps, hn::Set(di, batch.step_x[2][lane])));
      x += step;
    }
    if (y == y1) return;
    HWY_UNROLL(3)
    for (int i = 0; i < 3; ++i) edge[i] = hn::Add(edge[i], hn::Set(di, batch.step_y[i][lane]));
  }
}

// One triangle of any size, in doubles; y counts from the band's first row.
inline void draw_any(const RasterizerWork& work, std::size_t triangle, std::uint32_t id) {
  const ScreenVertex* corner[3];
  double px[3], py[3];
  for (std::size_t i = 0; i < 3; ++i) {
    corner[i] = &work.vertices[work.indices[3 * triangle + i]];
    if (!(corner[i]->inv_z > 0) || !std::isfinite(corner[i]->x) || !std::isfinite(corner[i]->y)) return;
    px[i] = std::nearbyint(static_cast<double>(corner[i]->x) * kSubsamples);
    py[i] = std::nearbyint(static_cast<double>(corner[i]->y) * kSubsamples) -
            work.band.first_row * static_cast<double>(kSubsamples);
  }
  const double area = (px[1] - px[0]) * (py[2] - py[0]) - (py[1] - py[0]) * (px[2] - px[0]);
  if (area == 0 || (area < 0 && work.options->cull == Cull::back)) return;
  const double sign = area < 0 ? -1 : 1;
  const auto first_center = [](double low, int end) {
    return static_cast<int>(std::clamp(std::ceil(low / kSubsamples - 0.5), 0.0, static_cast<double>(end)));
  };
  const auto last_center = [](double high, int end) {
    return static_cast<int>(
        std::clamp(std::floor(high / kSubsamples - 0.5), -1.0, static_cast<double>(end - 1)));
  };
  const int width = work.band.inv_z.width(), height = work.band.inv_z.height();
  const int x0 = first_center(std::min({px[0], px[1], px[2]}), width);
  const int x1 = last_center(std::max({px[0], px[1], px[2]}), width);
  const int y0 = first_center(std::min({py[0], py[1], py[2]}), height);
  const int y1 = last_center(std::max({py[0], py[1], py[2]}), height);

  double step_x[3], dx[3];
  bool owns[3];
  for (std::size_t i = 0; i < 3; ++i) {
    const std::size_t from = (i + 1) % 3, to = (i + 2) % 3;
    dx[i] = sign * (px[to] - px[from]);
    step_x[i] = -sign * (py[to] - py[from]);  // per 1/256 sample
    owns[i] = step_x[i] > 0 || (step_x[i] == 0 && dx[i] > 0);
  }
  const double inv_area = sign / area;
  for (int y = y0; y <= y1; ++y) {
    const double center_y = (y + 0.5) * kSubsamples;
    double at_zero[3];  // the edge functions at the center of column 0
    for (std::size_t i = 0; i < 3; ++i)
      at_zero[i] = dx[i] * (center_y - py[(i + 1) % 3]) + step_x[i] * (kSubsamples * 0.5 - px[(i + 1) % 3]);
    const auto weight = [&](std::size_t i, int x) { return at_zero[i] + step_x[i] * kSubsamples * x; };
    const auto inside = [&](int x) {
      for (std::size_t i = 0; i < 3; ++i) {
        const double w = weight(i, x);
        if (w < 0 || (w == 0 && !owns[i])) return false;
      }
      return true;
    };
    // The crossing of each edge to within a sample, then exactly.
    double low = x0, high = x1;
    for (std::size_t i = 0; i < 3; ++i) {
      const double crossing = -at_zero[i] / (step_x[i] * kSubsamples);
      if (step_x[i] > 0) low = std::max(low, std::floor(crossing) - 1);
      if (step_x[i] < 0) high = std::min(high, std::ceil(crossing) + 1);
    }
    if (!(low <= high)) continue;
    int x_begin = static_cast<int>(low), x_end = static_cast<int>(high);
    while (x_begin <= x_end && !inside(x_begin)) ++x_begin;
    while (x_end >= x_begin && !inside(x_end)) --x_end;
    float* inv_z_row = work.band.inv_z.row(y);
    std::uint32_t* triangle_row = work.band.triangle.row(y);
    for (int x = x_begin; x <= x_end; ++x) {
      const double a = weight(0, x) * inv_area, b = weight(1, x) * inv_area, c = weight(2, x) * inv_area;
      const auto inv_z =
          static_cast<float>(a * corner[0]->inv_z + b * corner[1]->inv_z + c * corner[2]->inv_z);
      if (!(inv_z > inv_z_row[x])) continue;
      if (work.options->test != nullptr) {
        Barycentric weights{static_cast<float>(a) * corner[0]->inv_z / inv_z,
                            static_cast<float>(b) * corner[1]->inv_z / inv_z, 0};
        weights.c = 1 - weights.a - weights.b;
        draw_tested_sample(work, id, weights, inv_z, x, y);
        continue;
      }
      inv_z_row[x] = inv_z;
      triangle_row[x] = id;
    }
  }
}

// The triangles of a batch to draw: bit i is triangle i.
struct BatchBits {
  unsigned small = 0, large = 0;
};

template <class Mask>
HWY_INLINE unsigned mask_bits(FloatTag df, Mask mask) {
  std::uint8_t bits[8] = {};
  hn::StoreMaskBits(df, mask, bits);
  return bits[0];
}

HWY_INLINE BatchBits set_up(const RasterizerWork& work, std::size_t triangle, Batch& batch) {
  const FloatTag df;
  const IntTag di;
  const UintTag du;
  hn::Vec<UintTag> index[3];
  hn::LoadInterleaved3(du, work.indices + 3 * triangle, index[0], index[1], index[2]);
  const float* vertex_floats = &work.vertices->x;
  const auto scale = hn::Set(df, static_cast<float>(kSubsamples));
  const auto limit = hn::Set(df, kSafeSamples * kSubsamples);
  const auto first_row = hn::Set(df, static_cast<float>(work.band.first_row) * kSubsamples);
  hn::Vec<IntTag> x[3], y[3];
  hn::Vec<FloatTag> inv_z[3];
  auto safe = hn::MaskFromVec(hn::BitCast(df, hn::Set(di, -1)));
  auto in_front = safe;
  HWY_UNROLL(3)
  for (int i = 0; i < 3; ++i) {
    const auto at = hn::BitCast(di, hn::Add(hn::Add(index[i], index[i]), index[i]));
    const auto xs = hn::Mul(hn::GatherIndex(df, vertex_floats, at), scale);
    const auto ys = hn::Sub(hn::Round(hn::Mul(hn::GatherIndex(df, vertex_floats + 1, at), scale)), first_row);
    inv_z[i] = hn::GatherIndex(df, vertex_floats + 2, at);
    safe = hn::And(safe, hn::And(hn::Lt(hn::Abs(xs), limit), hn::Lt(hn::Abs(ys), limit)));
    in_front = hn::And(in_front, hn::Gt(inv_z[i], hn::Zero(df)));
    x[i] = hn::NearestInt(xs);
    y[i] = hn::NearestInt(ys);
  }
  const auto x_low = hn::Min(hn::Min(x[0], x[1]), x[2]), x_high = hn::Max(hn::Max(x[0], x[1]), x[2]);
  const auto y_low = hn::Min(hn::Min(y[0], y[1]), y[2]), y_high = hn::Max(hn::Max(y[0], y[1]), y[2]);
  // Sample centers are at +0.5: the first and the last one inside the box.
  const auto before = hn::Set(di, kSubsamples / 2 - 1), half = hn::Set(di, kSubsamples / 2),
             one = hn::Set(di, 1);
  const auto last_x = hn::Set(di, work.band.inv_z.width() - 1),
             last_y = hn::Set(di, work.band.inv_z.height() - 1);
  const auto x0 = hn::Max(hn::ShiftRight<kSubsampleBits>(hn::Add(x_low, before)), hn::Zero(di));
  const auto y0 = hn::Max(hn::ShiftRight<kSubsampleBits>(hn::Add(y_low, before)), hn::Zero(di));
  const auto x1 = hn::Min(hn::ShiftRight<kSubsampleBits>(hn::Sub(x_high, half)), last_x);
  const auto y1 = hn::Min(hn::ShiftRight<kSubsampleBits>(hn::Sub(y_high, half)), last_y);
  const auto extent = hn::Set(di, kSmallSamples * kSubsamples + 1);
  const auto small_box =
      hn::And(hn::Lt(hn::Sub(x_high, x_low), extent), hn::Lt(hn::Sub(y_high, y_low), extent));
  const auto covers = hn::And(hn::Lt(hn::Sub(x0, one), x1), hn::Lt(hn::Sub(y0, one), y1));
  const auto small = hn::And(safe, hn::RebindMask(df, small_box));
  BatchBits bits;
  bits.large = mask_bits(df, hn::AndNot(small, in_front));
  const auto worth = hn::And(hn::And(small, in_front), hn::RebindMask(df, covers));
  if (hn::AllFalse(df, worth)) return bits;

  const auto area = hn::Sub(hn::Mul(hn::Sub(x[1], x[0]), hn::Sub(y[2], y[0])),
                            hn::Mul(hn::Sub(y[1], y[0]), hn::Sub(x[2], x[0])));
  const auto flipped = hn::Lt(area, hn::Zero(di));
  auto dropped = hn::Eq(area, hn::Zero(di));
  if (work.options->cull == Cull::back) dropped = hn::Or(dropped, flipped);
  bits.small = mask_bits(df, hn::AndNot(hn::RebindMask(df, dropped), worth));
  if (bits.small == 0) return bits;

  const auto inv_area = hn::Div(hn::Set(df, 1.0f), hn::ConvertTo(df, hn::Abs(area)));
  const auto center_x = hn::Add(hn::ShiftLeft<kSubsampleBits>(x0), half);
  const auto center_y = hn::Add(hn::ShiftLeft<kSubsampleBits>(y0), half);
  auto inv_z_bias = hn::Zero(df);
  HWY_UNROLL(3)
  for (int i = 0; i < 3; ++i) {
    const int from = (i + 1) % 3, to = (i + 2) % 3;
    auto dx = hn::Sub(x[to], x[from]), dy = hn::Sub(y[to], y[from]);
    dx = hn::IfThenElse(flipped, hn::Neg(dx), dx);
    dy = hn::IfThenElse(flipped, hn::Neg(dy), dy);
    const auto owns =
        hn::Or(hn::Lt(dy, hn::Zero(di)), hn::And(hn::Eq(dy, hn::Zero(di)), hn::Gt(dx, hn::Zero(di))));
    const auto exact =
        hn::Sub(hn::Mul(dx, hn::Sub(center_y, y[from])), hn::Mul(dy, hn::Sub(center_x, x[from])));
    const auto less = hn::IfThenElse(owns, hn::Zero(di), hn::Set(di, 1));
    const auto corner = hn::Mul(inv_z[i], inv_area);
    hn::Store(hn::Sub(exact, less), di, batch.edge[i]);
    hn::Store(hn::Neg(hn::ShiftLeft<kSubsampleBits>(dy)), di, batch.step_x[i]);
    hn::Store(hn::ShiftLeft<kSubsampleBits>(dx), di, batch.step_y[i]);
    hn::Store(corner, df, batch.inv_z[i]);
    inv_z_bias = hn::MulAdd(hn::ConvertTo(df, less), corner, inv_z_bias);
  }
  hn::Store(inv_z_bias, df, batch.inv_z_bias);
  hn::Store(x0, di, batch.x0);
  hn::Store(x1, di, batch.x1);
  hn::Store(y0, di, batch.y0);
  hn::Store(y1, di, batch.y1);
  return bits;
}

// Triangles first..last-1 of `work` into its band.
void draw_triangles(const RasterizerWork& work, std::size_t first, std::size_t last) {
  const std::size_t lanes = hn::Lanes(FloatTag());
  const bool wide_enough = work.band.inv_z.width() >= static_cast<int>(lanes);
  const auto id_of = [&](std::size_t t) {
    return work.options->first_triangle + static_cast<std::uint32_t>(t);
  };
  std::size_t t = first;
  Batch batch;
  for (; wide_enough && t + lanes <= last; t += lanes) {
    const BatchBits bits = set_up(work, t, batch);
    for (std::size_t lane = 0; (bits.small | bits.large) >> lane != 0; ++lane) {
      if ((bits.small >> lane & 1) != 0) {
        if (work.options->test != nullptr)
          draw_small<true>(work, batch, lane, id_of(t + lane));
        else
          draw_small<false>(work, batch, lane, id_of(t + lane));
      } else if ((bits.large >> lane & 1) != 0) {
        draw_any(work, t + lane, id_of(t + lane));
      }
    }
  }
  for (; t < last; ++t) draw_any(work, t, id_of(t));
}

}  // namespace portrait_depth::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
