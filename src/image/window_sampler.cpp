#include "image/window_sampler.hpp"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "image/window_sampler.cpp"
#include <hwy/foreach_target.h>  // must come before highway.h
#include <hwy/highway.h>

// Plain loops, compiled once for every instruction set, which the compiler vectorizes.
HWY_BEFORE_NAMESPACE();
namespace portrait_depth::HWY_NAMESPACE {

template <int channels>
void add_pixels(const std::uint8_t* HWY_RESTRICT pixels, float weight, int count, float* HWY_RESTRICT red,
                float* HWY_RESTRICT green, float* HWY_RESTRICT blue) {
  for (int x = 0; x < count; ++x) {
    red[x] += weight * static_cast<float>(pixels[channels * x]);
    green[x] += weight * static_cast<float>(pixels[channels * x + 1]);
    blue[x] += weight * static_cast<float>(pixels[channels * x + 2]);
  }
}

template <int channels>
void add_masked_pixels(const std::uint8_t* HWY_RESTRICT pixels, const float* HWY_RESTRICT mask, float weight,
                       float mask_weight, int count, float* HWY_RESTRICT sums) {
  float* HWY_RESTRICT red = sums;
  float* HWY_RESTRICT green = sums + count;
  float* HWY_RESTRICT blue = sums + 2 * count;
  float* HWY_RESTRICT coverage = sums + 3 * count;
  for (int x = 0; x < count; ++x) {
    const float weighted = weight * mask[x];
    red[x] += weighted * static_cast<float>(pixels[channels * x]);
    green[x] += weighted * static_cast<float>(pixels[channels * x + 1]);
    blue[x] += weighted * static_cast<float>(pixels[channels * x + 2]);
    coverage[x] += mask_weight * mask[x];
  }
}

/// Adds `weight` times a row's pixels, as 0..1, to three planes of `count` sums, or to four if there is a
/// mask.
void add_row(const std::uint8_t* pixels, int channels, const float* mask, float weight, int count,
             float* sums) {
  const float byte_weight = weight / 255.0f;
  if (mask == nullptr && channels == 3) {
    add_pixels<3>(pixels, byte_weight, count, sums, sums + count, sums + 2 * count);
  } else if (mask == nullptr) {
    add_pixels<4>(pixels, byte_weight, count, sums, sums + count, sums + 2 * count);
  } else if (channels == 3) {
    add_masked_pixels<3>(pixels, mask, byte_weight, weight, count, sums);
  } else {
    add_masked_pixels<4>(pixels, mask, byte_weight, weight, count, sums);
  }
}

}  // namespace portrait_depth::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace portrait_depth {

HWY_EXPORT(add_row);

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
    Taps& tap = taps[static_cast<std::size_t>(i)];
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
  row_sums_.reserve(plane_count * static_cast<std::size_t>(image.width()));
  row_sums_.resize(plane_count * static_cast<std::size_t>(used));

  const auto add = &HWY_DYNAMIC_DISPATCH(add_row);
  for (int y = 0; y < height; ++y) {
    std::fill(row_sums_.begin(), row_sums_.end(), 0.0f);
    const Taps& rows = down_.taps[static_cast<std::size_t>(y)];
    const float* const row_weights = down_.weights.data() + rows.weight;
    for (int i = 0; i < rows.count; ++i) {
      const int source_y = rows.first + i;
      add(image.pixel(across_.begin, source_y), image.channels(),
          mask.empty() ? nullptr : mask.row(source_y) + across_.begin, row_weights[i], used,
          row_sums_.data());
    }

    for (std::size_t plane = 0; plane < plane_count; ++plane) {
      const float* sums = row_sums_.data() + plane * static_cast<std::size_t>(used);
      float* result =
          planes.data() + plane * plane_size + static_cast<std::size_t>(y) * static_cast<std::size_t>(width);
      for (int x = 0; x < width; ++x) {
        const Taps& columns = across_.taps[static_cast<std::size_t>(x)];
        const float* const weights = across_.weights.data() + columns.weight;
        const float* const first = sums + columns.first - across_.begin;
        float sum = 0;
        for (int i = 0; i < columns.count; ++i) sum += weights[i] * first[i];
        result[x] = sum;
      }
    }
  }
}

}  // namespace portrait_depth
#endif  // HWY_ONCE
