#include "image/window_sampler.hpp"

#include <algorithm>
#include <array>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "image/window_sampler.cpp"
#include <hwy/foreach_target.h>  // must come before highway.h
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace portrait_depth::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

// The sums of a pixel: red, green, blue and the mask. One vector, or four without SIMD.
constexpr std::size_t kSums = 4;
using SumsTag = hn::CappedTag<float, kSums>;

/// Adds a row's weighted pixels to sums, or begins the sums with them.
template <int channels, bool has_mask, bool begins>
void add_pixels(const std::uint8_t* pixels, const float* mask, float weight, int count, float* sums) {
  const SumsTag d;
  const hn::Rebind<std::uint8_t, SumsTag> byte_tag;
  const hn::Rebind<std::int32_t, SumsTag> integer_tag;
  HWY_ALIGN const float factors[kSums] = {weight / 255.0f, weight / 255.0f, weight / 255.0f, 0};
  HWY_ALIGN const float addends[kSums] = {0, 0, 0, weight};
  const auto add = [&](int x, const std::uint8_t* pixel) {
    float* const sum = sums + kSums * static_cast<std::size_t>(x);
    for (std::size_t i = 0; i < kSums; i += hn::Lanes(d)) {
      const auto bytes = hn::PromoteTo(integer_tag, hn::LoadU(byte_tag, pixel + i));
      auto value = hn::MulAdd(hn::ConvertTo(d, bytes), hn::Load(d, factors + i), hn::Load(d, addends + i));
      if constexpr (has_mask) value = hn::Mul(value, hn::Set(d, mask[x]));
      hn::StoreU(begins ? value : hn::Add(hn::LoadU(d, sum + i), value), d, sum + i);
    }
  };
  // A pixel of three bytes is read with the byte behind it.
  const int whole = channels == 4 ? count : count - 1;
  for (int x = 0; x < whole; ++x) add(x, pixels + channels * x);
  if (channels == 4) return;
  const std::uint8_t* const last = pixels + 3 * whole;
  const std::uint8_t with_end[kSums] = {last[0], last[1], last[2], 0};
  add(whole, with_end);
}

template <int channels, bool has_mask>
void add_row_of(const std::uint8_t* pixels, const float* mask, float weight, bool begins, int count,
                float* sums) {
  begins ? add_pixels<channels, has_mask, true>(pixels, mask, weight, count, sums)
         : add_pixels<channels, has_mask, false>(pixels, mask, weight, count, sums);
}

/// Adds `weight` times the colors 0..1 and the mask of `count` > 0 pixels to the sums of each pixel.
/// `begins`: the sums have no value yet.
void add_row(const std::uint8_t* pixels, int channels, const float* mask, float weight, bool begins,
             int count, float* sums) {
  if (channels == 3)
    mask == nullptr ? add_row_of<3, false>(pixels, mask, weight, begins, count, sums)
                    : add_row_of<3, true>(pixels, mask, weight, begins, count, sums);
  else
    mask == nullptr ? add_row_of<4, false>(pixels, mask, weight, begins, count, sums)
                    : add_row_of<4, true>(pixels, mask, weight, begins, count, sums);
}

HWY_INLINE void average_pixel(const WindowTaps& taps, const float* weights, const float* sums,
                              float* result) {
  const SumsTag d;
  for (std::size_t i = 0; i < kSums; i += hn::Lanes(d)) {
    const float* source = sums + static_cast<std::ptrdiff_t>(kSums) * taps.first + i;
    auto mean = hn::Zero(d);
    for (int tap = 0; tap < taps.count; ++tap, source += kSums)
      mean = hn::MulAdd(hn::Set(d, weights[taps.weight + tap]), hn::LoadU(d, source), mean);
    hn::Store(mean, d, result + i);
  }
}

/// Makes a row of each plane; `sums` are those of the source's pixel 0.
template <std::size_t plane_count>
void average_row_of(std::span<const WindowTaps> taps, const float* weights, const float* sums,
                    float* const* planes) {
  const SumsTag d;
  constexpr std::size_t kPixels = 4;
  HWY_ALIGN float pixels[kPixels * kSums];
  std::size_t x = 0;
  for (; x + kPixels <= taps.size(); x += kPixels) {
    for (std::size_t i = 0; i < kPixels; ++i) average_pixel(taps[x + i], weights, sums, pixels + kSums * i);
    for (std::size_t i = 0; i < kPixels; i += hn::Lanes(d)) {
      hn::Vec<SumsTag> red, green, blue, coverage;
      hn::LoadInterleaved4(d, pixels + kSums * i, red, green, blue, coverage);
      hn::StoreU(red, d, planes[0] + x + i);
      hn::StoreU(green, d, planes[1] + x + i);
      hn::StoreU(blue, d, planes[2] + x + i);
      if constexpr (plane_count == 4) hn::StoreU(coverage, d, planes[3] + x + i);
    }
  }
  for (; x < taps.size(); ++x) {
    average_pixel(taps[x], weights, sums, pixels);
    for (std::size_t plane = 0; plane < plane_count; ++plane) planes[plane][x] = pixels[plane];
  }
}

void average_row(std::span<const WindowTaps> taps, const float* weights, const float* sums,
                 std::span<float* const> planes) {
  planes.size() == 3 ? average_row_of<3>(taps, weights, sums, planes.data())
                     : average_row_of<4>(taps, weights, sums, planes.data());
}

}  // namespace portrait_depth::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace portrait_depth {

HWY_EXPORT(add_row);
HWY_EXPORT(average_row);

void WindowSampler::Axis::plan(float start, float length, int source_size, int size) {
  const float step = length / static_cast<float>(size);
  const float reach = std::max(step, 1.0f) / 2;
  const auto limit = static_cast<float>(source_size);
  taps.resize(static_cast<std::size_t>(size));
  weights.clear();
  // Enough for every window of a picture of this size: neighbors share at most one pixel, or two if the
  // window is enlarged.
  weights.reserve(static_cast<std::size_t>(source_size) + 3 * static_cast<std::size_t>(size));
  begin = source_size;
  end = 0;
  for (int i = 0; i < size; ++i) {
    const float middle = start + (static_cast<float>(i) + 0.5f) * step;
    const float from = std::clamp(middle - reach, 0.0f, limit), to = std::clamp(middle + reach, 0.0f, limit);
    WindowTaps& tap = taps[static_cast<std::size_t>(i)];
    tap = {static_cast<int>(from), 0, static_cast<int>(weights.size())};
    if (to <= from) continue;
    // An enlarged pixel at the border gets the border's color; other pixels get their covered share.
    const bool at_border = step <= 1.0f && middle >= 0.0f && middle <= limit;
    const float whole = at_border ? to - from : 2 * reach;
    for (int x = tap.first; x < source_size && static_cast<float>(x) < to; ++x, ++tap.count)
      weights.push_back((std::min(to, static_cast<float>(x + 1)) - std::max(from, static_cast<float>(x))) /
                        whole);
    begin = std::min(begin, tap.first);
    end = std::max(end, tap.first + tap.count);
  }
  begin = std::min(begin, end);
}

void WindowSampler::sample(ImageView image, const Box& window, int width, int height,
                           std::span<float> planes) {
  run(image, {}, window, width, height, planes);
}

void WindowSampler::sample_masked(ImageView image, PlaneView<const float> mask, const Box& window, int width,
                                  int height, std::span<float> planes) {
  if (mask.width() != image.width() || mask.height() != image.height())
    throw Error(ErrorCode::invalid_argument, "a mask must have the picture's size");
  run(image, mask, window, width, height, planes);
}

void WindowSampler::run(ImageView image, PlaneView<const float> mask, const Box& window, int width,
                        int height, std::span<float> planes) {
  const std::size_t plane_count = mask.empty() ? 3 : 4;
  const std::size_t plane_size = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
  if (image.empty())
    throw Error(ErrorCode::invalid_argument, "a window of an empty picture cannot be sampled");
  if (planes.size() != plane_count * plane_size)
    throw Error(ErrorCode::invalid_argument,
                "the planes of a window must have its width times height values each");
  across_.plan(window.x, window.width, image.width(), width);
  down_.plan(window.y, window.height, image.height(), height);
  const int used = across_.end - across_.begin;
  constexpr std::size_t kSums = 4;
  row_sums_.reserve(kSums * static_cast<std::size_t>(image.width()));
  row_sums_.resize(kSums * static_cast<std::size_t>(used));
  const float* const sums_of_pixel_0 = row_sums_.data() - static_cast<std::ptrdiff_t>(kSums) * across_.begin;

  const auto add = &HWY_DYNAMIC_DISPATCH(add_row);
  const auto average = &HWY_DYNAMIC_DISPATCH(average_row);
  for (int y = 0; y < height; ++y) {
    const WindowTaps& rows = down_.taps[static_cast<std::size_t>(y)];
    std::array<float*, 4> results = {};
    for (std::size_t plane = 0; plane < plane_count; ++plane)
      results[plane] =
          planes.data() + plane * plane_size + static_cast<std::size_t>(y) * static_cast<std::size_t>(width);
    if (rows.count == 0 || used == 0) {
      for (std::size_t plane = 0; plane < plane_count; ++plane) std::fill_n(results[plane], width, 0.0f);
      continue;
    }
    for (int i = 0; i < rows.count; ++i) {
      const int source_y = rows.first + i;
      add(image.pixel(across_.begin, source_y), image.channels(),
          mask.empty() ? nullptr : mask.row(source_y) + across_.begin,
          down_.weights[static_cast<std::size_t>(rows.weight + i)], i == 0, used, row_sums_.data());
    }
    average(across_.taps, across_.weights.data(), sums_of_pixel_0, {results.data(), plane_count});
  }
}

}  // namespace portrait_depth
#endif  // HWY_ONCE
