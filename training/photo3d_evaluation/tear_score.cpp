#include "tear_score.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "image/resize.hpp"

namespace portrait_depth {
namespace {

constexpr int kChannels = 3;
constexpr int kPatch = 2;       // pixels to each side of a patch's middle
constexpr int kTolerance = 10;  // of 255: noise, and the rounding of blended colors
constexpr int kLeastEdge = 40;  // of 255, between the extremes of a patch

// A place in the photo relative to the frame's pixel.
struct Offset {
  int x = 0, y = 0;
};

// The photo at rest in a frame of this size, zoomed around its middle.
Image view_at_rest(ImageView photo, int width, int height, float zoom, ThreadPool& threads) {
  const float scale = zoom * std::max(static_cast<float>(width) / static_cast<float>(photo.width()),
                                      static_cast<float>(height) / static_cast<float>(photo.height()));
  const auto shown = [scale](int frame, int size) {
    return std::clamp(static_cast<int>(std::lround(static_cast<float>(frame) / scale)), 1, size);
  };
  const int w = shown(width, photo.width()), h = shown(height, photo.height());
  const ImageView middle{photo.pixel((photo.width() - w) / 2, (photo.height() - h) / 2), w, h,
                         photo.channels(), photo.stride()};
  return resize_picture(middle, width, height, threads);
}

// The extremes of each channel over 3 x 3 pixels, so that a picture moved by parts of a pixel, or slightly
// stretched, is within them.
struct ColorRanges {
  Image low, high;
};

ColorRanges color_ranges(const Image& picture) {
  const int width = picture.width(), height = picture.height();
  ColorRanges ranges{Image(width, height), Image(width, height)};
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x)
      for (int c = 0; c < kChannels; ++c) {
        int low = 255, high = 0;
        for (int v = std::max(y - 1, 0); v <= std::min(y + 1, height - 1); ++v)
          for (int u = std::max(x - 1, 0); u <= std::min(x + 1, width - 1); ++u) {
            low = std::min<int>(low, picture.pixel(u, v)[c]);
            high = std::max<int>(high, picture.pixel(u, v)[c]);
          }
        ranges.low.pixel(x, y)[c] = static_cast<std::uint8_t>(std::max(low - kTolerance, 0));
        ranges.high.pixel(x, y)[c] = static_cast<std::uint8_t>(std::min(high + kTolerance, 255));
      }
  return ranges;
}

bool occurs_at(ImageView frame, const ColorRanges& ranges, int x, int y, Offset at) {
  for (int j = -kPatch; j <= kPatch; ++j) {
    const std::uint8_t* color = frame.pixel(x - kPatch, y + j);
    const std::uint8_t* low = ranges.low.pixel(x - kPatch + at.x, y + j + at.y);
    const std::uint8_t* high = ranges.high.pixel(x - kPatch + at.x, y + j + at.y);
    for (int k = 0; k < (2 * kPatch + 1) * kChannels; ++k)
      if (color[k] < low[k] || color[k] > high[k]) return false;
  }
  return true;
}

// A tear is an edge. Smooth patches count as untorn, so that inpainted background, whose colors lie between
// those around it, is none.
bool has_edge(ImageView frame, int x, int y) {
  for (int c = 0; c < kChannels; ++c) {
    int low = 255, high = 0;
    for (int v = y - kPatch; v <= y + kPatch; ++v)
      for (int u = x - kPatch; u <= x + kPatch; ++u) {
        low = std::min<int>(low, frame.pixel(u, v)[c]);
        high = std::max<int>(high, frame.pixel(u, v)[c]);
      }
    if (high - low >= kLeastEdge) return true;
  }
  return false;
}

// Returns true and the place if a pixel's neighborhood occurs in the photo. Tries the given place first.
bool find_place(ImageView frame, const ColorRanges& ranges, int x, int y, int reach, Offset& place) {
  const int left = std::max(-reach, kPatch - x), right = std::min(reach, frame.width() - 1 - kPatch - x);
  const int top = std::max(-reach, kPatch - y), bottom = std::min(reach, frame.height() - 1 - kPatch - y);
  const Offset first{std::clamp(place.x, left, right), std::clamp(place.y, top, bottom)};
  if (occurs_at(frame, ranges, x, y, first)) {
    place = first;
    return true;
  }
  for (int j = top; j <= bottom; ++j)
    for (int i = left; i <= right; ++i)
      if (occurs_at(frame, ranges, x, y, {i, j})) {
        place = {i, j};
        return true;
      }
  return false;
}

}  // namespace

Plane<std::uint8_t> find_torn_pixels(ImageView photo, ImageView frame, const TearOptions& options,
                                     ThreadPool& threads) {
  const int width = frame.width(), height = frame.height();
  const ColorRanges ranges = color_ranges(view_at_rest(photo, width, height, options.zoom, threads));
  const int reach =
      static_cast<int>(std::lround(options.reach * static_cast<float>(std::max(width, height))));
  Plane<std::uint8_t> torn(width, height, 0);
  threads.parallel_for(std::max(height - 2 * kPatch, 0), [&](int row, int) {
    Offset place;
    for (int x = kPatch; x + kPatch < width; ++x)
      torn(x, row + kPatch) =
          has_edge(frame, x, row + kPatch) && !find_place(frame, ranges, x, row + kPatch, reach, place);
  });
  return torn;
}

double tear_score(const Plane<std::uint8_t>& torn) {
  const auto pixels = torn.values();
  return std::accumulate(pixels.begin(), pixels.end(), 0.0) / static_cast<double>(pixels.size());
}

float estimate_zoom(ImageView photo, ImageView frame, ThreadPool& threads) {
  constexpr int kLongerSide = 180;  // pixels: movement of near and far parts is less than a few of them
  constexpr int kSteps = 61;
  constexpr float kMostZoom = 1.3f;
  constexpr int kMostDifference = 32;  // of 255: parts that moved do not outweigh the rest
  const float scale =
      static_cast<float>(kLongerSide) / static_cast<float>(std::max(frame.width(), frame.height()));
  const int width = std::max(1, static_cast<int>(std::lround(scale * static_cast<float>(frame.width()))));
  const int height = std::max(1, static_cast<int>(std::lround(scale * static_cast<float>(frame.height()))));
  const Image small = resize_picture(frame, width, height, threads);
  float best = 1;
  std::int64_t least = std::numeric_limits<std::int64_t>::max();
  for (int i = 0; i < kSteps; ++i) {
    const float zoom = 1 + (kMostZoom - 1) * static_cast<float>(i) / (kSteps - 1);
    const Image rest = view_at_rest(photo, width, height, zoom, threads);
    std::int64_t difference = 0;
    for (int y = 0; y < height; ++y)
      for (int k = 0; k < width * kChannels; ++k)
        difference += std::min(std::abs(int{rest.row(y)[k]} - int{small.row(y)[k]}), kMostDifference);
    if (difference >= least) continue;
    least = difference;
    best = zoom;
  }
  return best;
}

}  // namespace portrait_depth
