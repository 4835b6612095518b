// A normal distribution of colors describes the background around every pixel near the person. How many
// standard deviations a pixel is from it (P. C. Mahalanobis, On the Generalized Distance in Statistics, 1936)
// tells what is not background. Decided at a small size, drawn at the photo's.
#include "matting/missed_parts.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>
#include <vector>

#include "image/distance_transform.hpp"
#include "image/flood_fill.hpp"
#include "image/resize.hpp"
#include "image/rgb.hpp"

namespace portrait_depth {
namespace {

// Found on the 50 people of `make evaluate-photo3d` and the phone photos of `make matte-error`.
constexpr int kLongerSide = 480;          // of the picture that is decided on
constexpr float kReach = 0.012f;          // of the longer side: how far from the mask a missed part may be
constexpr float kSurroundings = 0.05f;    // of the longer side: half the width of what counts as around
constexpr float kNoise = 0.015f;          // standard deviation that even a plain wall has, sRGB 0..1
constexpr float kFewPixels = 30;          // fewer do not describe a background
constexpr float kBareBackground = 0.03f;  // alpha up to which there is no person
constexpr float kSurePerson = 0.94f;      // alpha from which there is nothing else
constexpr float kUnlike = 8, kPerhapsUnlike = 2;  // standard deviations
// Standard deviations from which a pixel at the photo's size has something of the person, and is all theirs.
constexpr float kTouched = 4, kCovered = 10;

// Of a neighborhood's background colors: count, r, g, b, rr, rg, rb, gg, gb, bb.
using Moments = std::array<float, 10>;

// The sums over 2 radius + 1 rows and columns, fewer at the borders.
void sum_windows(Plane<Moments>& moments, int radius) {
  const auto sum_line = [radius](int length, auto&& at) {
    std::vector<Moments> line(static_cast<std::size_t>(length));
    for (int i = 0; i < length; ++i) line[static_cast<std::size_t>(i)] = at(i);
    std::array<double, 10> sum = {};
    const auto add = [&](int i, double sign) {
      if (i < 0 || i >= length) return;
      for (std::size_t m = 0; m < sum.size(); ++m)
        sum[m] += sign * static_cast<double>(line[static_cast<std::size_t>(i)][m]);
    };
    for (int i = 0; i < radius; ++i) add(i, 1);
    for (int i = 0; i < length; ++i) {
      add(i + radius, 1);
      add(i - radius - 1, -1);
      for (std::size_t m = 0; m < sum.size(); ++m) at(i)[m] = static_cast<float>(sum[m]);
    }
  };
  for (int y = 0; y < moments.height(); ++y)
    sum_line(moments.width(), [&](int x) -> Moments& { return moments(x, y); });
  for (int x = 0; x < moments.width(); ++x)
    sum_line(moments.height(), [&](int y) -> Moments& { return moments(x, y); });
}

// The background's colors around a pixel.
struct Surroundings {
  Rgb mean = {};
  std::array<float, 6> inverse = {};  // of the covariance: its upper half, row by row

  // How many standard deviations a color is from them; 0 where there is too little background to tell.
  float distance(const Rgb& color) const {
    const float r = color[0] - mean[0], g = color[1] - mean[1], b = color[2] - mean[2];
    const auto& [rr, rg, rb, gg, gb, bb] = inverse;
    return std::sqrt(
        std::max(0.0f, rr * r * r + gg * g * g + bb * b * b + 2 * (rg * r * g + rb * r * b + gb * g * b)));
  }
};

Surroundings surroundings_from(const Moments& m) {
  Surroundings result;
  if (m[0] < kFewPixels) return result;
  const float scale = 1 / m[0];
  result.mean = {m[1] * scale, m[2] * scale, m[3] * scale};
  const auto& [r, g, b] = result.mean;
  const float rr = std::max(0.0f, m[4] * scale - r * r) + kNoise * kNoise;
  const float gg = std::max(0.0f, m[7] * scale - g * g) + kNoise * kNoise;
  const float bb = std::max(0.0f, m[9] * scale - b * b) + kNoise * kNoise;
  const float rg = m[5] * scale - r * g, rb = m[6] * scale - r * b, gb = m[8] * scale - g * b;
  // The inverse by cofactors.
  const float irr = gg * bb - gb * gb, irg = rb * gb - rg * bb, irb = rg * gb - rb * gg;
  const float igg = rr * bb - rb * rb, igb = rg * rb - rr * gb, ibb = rr * gg - rg * rg;
  const float determinant = rr * irr + rg * irg + rb * irb;
  if (!(determinant > 0)) return result;
  const float inverse = 1 / determinant;
  result.inverse = {irr * inverse, irg * inverse, irb * inverse, igg * inverse, igb * inverse, ibb * inverse};
  return result;
}

Rgb color_at(ImageView picture, int x, int y) {
  const std::uint8_t* pixel = picture.pixel(x, y);
  constexpr float kScale = 1.0f / 255;
  return {kScale * static_cast<float>(pixel[0]), kScale * static_cast<float>(pixel[1]),
          kScale * static_cast<float>(pixel[2])};
}

Plane<Surroundings> describe_background(ImageView picture, const Plane<float>& from_mask, float reach,
                                        int radius) {
  Plane<Moments> moments(picture.width(), picture.height(), Moments{});
  for (int y = 0; y < picture.height(); ++y)
    for (int x = 0; x < picture.width(); ++x) {
      if (!(from_mask(x, y) > reach)) continue;
      const auto [r, g, b] = color_at(picture, x, y);
      moments(x, y) = {1, r, g, b, r * r, r * g, r * b, g * g, g * b, b * b};
    }
  sum_windows(moments, radius);
  Plane<Surroundings> result(picture.width(), picture.height());
  for (int y = 0; y < picture.height(); ++y)
    for (int x = 0; x < picture.width(); ++x) result(x, y) = surroundings_from(moments(x, y));
  return result;
}

// From the marked pixels through all that `is_open` holds for.
template <class IsOpen>
void mark_on(Plane<std::uint8_t>& marked, IsOpen&& is_open) {
  std::vector<std::pair<int, int>> front;
  for (int y = 0; y < marked.height(); ++y)
    for (int x = 0; x < marked.width(); ++x)
      if (marked(x, y) != 0) front.emplace_back(x, y);
  flood(front, marked.width(), marked.height(), [&](int x, int y) {
    if (marked(x, y) != 0 || !is_open(x, y)) return false;
    marked(x, y) = 1;
    return true;
  });
}

// The pixels of which, with their four neighbors, at least `least` are marked.
Plane<std::uint8_t> with_marked_around(const Plane<std::uint8_t>& marked, int least) {
  Plane<std::uint8_t> result(marked.width(), marked.height());
  const auto at = [&](int x, int y) {
    return marked(std::clamp(x, 0, marked.width() - 1), std::clamp(y, 0, marked.height() - 1)) != 0;
  };
  for (int y = 0; y < marked.height(); ++y)
    for (int x = 0; x < marked.width(); ++x) {
      const int count = at(x, y) + at(x - 1, y) + at(x + 1, y) + at(x, y - 1) + at(x, y + 1);
      result(x, y) = count >= least;
    }
  return result;
}

Plane<std::uint8_t> eroded(const Plane<std::uint8_t>& marked) {
  return with_marked_around(marked, 5);
}

Plane<std::uint8_t> dilated(const Plane<std::uint8_t>& marked) {
  return with_marked_around(marked, 1);
}

// Near the mask, unlike the background, and no part of something that goes on into it.
Plane<std::uint8_t> find_missed(const Plane<float>& unlike, const Plane<float>& alpha,
                                const Plane<float>& from_mask, float reach) {
  constexpr float kRing = 3;      // pixels
  constexpr float kSoftEdge = 2;  // pixels beside the sure person that may be a soft silhouette
  const int width = alpha.width(), height = alpha.height();
  Plane<std::uint8_t> goes_on(width, height, 0), missed = goes_on, sure = goes_on;
  const auto each = [&](auto&& visit) {
    for (int y = 0; y < height; ++y)
      for (int x = 0; x < width; ++x) visit(x, y);
  };
  each([&](int x, int y) {
    goes_on(x, y) =
        from_mask(x, y) >= reach && from_mask(x, y) < reach + kRing && unlike(x, y) > kPerhapsUnlike;
    sure(x, y) = alpha(x, y) >= kSurePerson;
  });
  mark_on(goes_on, [&](int x, int y) { return unlike(x, y) > kPerhapsUnlike && alpha(x, y) < 0.5f; });
  const auto stands_out = [&](int x, int y) {
    return from_mask(x, y) < reach && unlike(x, y) > kUnlike && goes_on(x, y) == 0;
  };
  // What the mask takes for background, but for specks, which are noise.
  each([&](int x, int y) { missed(x, y) = alpha(x, y) < 0.5f && stands_out(x, y); });
  missed = dilated(eroded(missed));
  // What it is in doubt about, with the sure person beside it, so that a strip between them is no speck.
  Plane<std::uint8_t> doubted(width, height);
  each([&](int x, int y) { doubted(x, y) = sure(x, y) != 0 || stands_out(x, y); });
  doubted = dilated(eroded(doubted));
  const Plane<float> from_sure = distance_to(sure);
  each([&](int x, int y) {
    doubted(x, y) = doubted(x, y) != 0 && sure(x, y) == 0 && stands_out(x, y);
    if (doubted(x, y) != 0 && from_sure(x, y) > kSoftEdge) missed(x, y) = 1;
  });
  for (int step = 0; step <= static_cast<int>(kSoftEdge); ++step) {
    const Plane<std::uint8_t> grown = dilated(missed);
    each([&](int x, int y) {
      if (grown(x, y) != 0 && doubted(x, y) != 0) missed(x, y) = 1;
    });
  }
  return missed;
}

}  // namespace

void add_missed_parts(ImageView photo, Plane<float>& alpha, ThreadPool& threads) {
  const auto longer = static_cast<float>(std::max(photo.width(), photo.height()));
  const float scale = std::min(1.0f, static_cast<float>(kLongerSide) / longer);
  const auto scaled = [scale](int size) {
    return std::max(1, static_cast<int>(std::lround(scale * static_cast<float>(size))));
  };
  const int width = scaled(photo.width()), height = scaled(photo.height());
  const Image picture = resize_picture(photo, width, height, threads);
  const Plane<float> small_alpha = resize_plane(alpha, width, height, threads);
  Plane<std::uint8_t> person(width, height);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) person(x, y) = small_alpha(x, y) >= kBareBackground;
  const Plane<float> from_mask = distance_to(person);
  const float small_longer = scale * longer, reach = kReach * small_longer;
  const Plane<Surroundings> background = describe_background(
      picture, from_mask, reach, static_cast<int>(std::lround(kSurroundings * small_longer)));
  Plane<float> unlike(width, height);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) unlike(x, y) = background(x, y).distance(color_at(picture, x, y));
  const Plane<std::uint8_t> drawn = dilated(find_missed(unlike, small_alpha, from_mask, reach));
  threads.parallel_for(photo.height(), [&](int y, int) {
    const int v = std::min(y * height / photo.height(), height - 1);
    for (int x = 0; x < photo.width(); ++x) {
      const int u = std::min(x * width / photo.width(), width - 1);
      if (drawn(u, v) == 0) continue;
      const float distance = background(u, v).distance(color_at(photo, x, y));
      alpha(x, y) =
          std::max(alpha(x, y), std::clamp((distance - kTouched) / (kCovered - kTouched), 0.0f, 1.0f));
    }
  });
}

}  // namespace portrait_depth
