// Based on: T. Germer, T. Uelwer, S. Conrad, S. Harmeling, Fast Multi-Level Foreground Estimation, 2020. Each
// pixel gets the two colors that compose the photo's color and differ least from those of the neighbors;
// differences weigh more where alpha changes. Solved from the coarsest size to the finest. Ours solves mixed
// pixels only at the finer sizes.
#include "matting/foreground_estimation.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "image/rgb.hpp"
#include "image/srgb.hpp"

namespace portrait_depth {
namespace {

struct Layers {
  Plane<Rgb> photo, person, background;  // linear light
  Plane<float> alpha;
};

Layers full_size(ImageView photo, PlaneView<const float> alpha) {
  Layers layers;
  layers.photo.resize(photo.width(), photo.height());
  layers.alpha.resize(photo.width(), photo.height());
  for (int y = 0; y < photo.height(); ++y)
    for (int x = 0; x < photo.width(); ++x) {
      const std::uint8_t* pixel = photo.pixel(x, y);
      layers.photo(x, y) = {linear_from_srgb(pixel[0]), linear_from_srgb(pixel[1]),
                            linear_from_srgb(pixel[2])};
      layers.alpha(x, y) = std::clamp(alpha(x, y), 0.0f, 1.0f);
    }
  return layers;
}

Layers halve(const Layers& fine) {
  Layers half;
  const int width = (fine.alpha.width() + 1) / 2, height = (fine.alpha.height() + 1) / 2;
  half.photo.resize(width, height);
  half.alpha.resize(width, height);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      Rgb sum = {0, 0, 0};
      float alpha = 0;
      for (const int v : {2 * y, std::min(2 * y + 1, fine.alpha.height() - 1)})
        for (const int u : {2 * x, std::min(2 * x + 1, fine.alpha.width() - 1)}) {
          for (std::size_t c = 0; c < 3; ++c) sum[c] += 0.25f * fine.photo(u, v)[c];
          alpha += 0.25f * fine.alpha(u, v);
        }
      half.photo(x, y) = sum;
      half.alpha(x, y) = alpha;
    }
  return half;
}

// The first guess: the coarser size's colors, or the photo's own if a pixel is all person or all background.
void initialize(Layers& layers, const Layers* coarse) {
  const int width = layers.alpha.width(), height = layers.alpha.height();
  layers.person.resize(width, height);
  layers.background.resize(width, height);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      const Rgb& photo = layers.photo(x, y);
      const float alpha = layers.alpha(x, y);
      layers.person(x, y) = coarse == nullptr || alpha >= 1 ? photo : coarse->person(x / 2, y / 2);
      layers.background(x, y) = coarse == nullptr || alpha <= 0 ? photo : coarse->background(x / 2, y / 2);
    }
}

// The two colors of one pixel for given neighbors: one 2 x 2 system a channel, all with the same matrix.
void solve_pixel(Layers& layers, int x, int y) {
  constexpr float kSmoothness = 1e-5f, kAlphaGradientWeight = 1.0f;  // the paper's
  constexpr float kLeastDeterminant = 1e-12f;                        // rounding may bring it to 0
  const float alpha = layers.alpha(x, y), rest = 1 - alpha;
  float weights = 0;
  Rgb person = {0, 0, 0}, background = {0, 0, 0};
  const auto add = [&](int u, int v) {
    if (u < 0 || v < 0 || u >= layers.alpha.width() || v >= layers.alpha.height()) return;
    const float weight = kSmoothness + kAlphaGradientWeight * std::abs(layers.alpha(u, v) - alpha);
    for (std::size_t c = 0; c < 3; ++c) {
      person[c] += weight * layers.person(u, v)[c];
      background[c] += weight * layers.background(u, v)[c];
    }
    weights += weight;
  };
  add(x - 1, y);
  add(x + 1, y);
  add(x, y - 1);
  add(x, y + 1);
  const float a = alpha * alpha + weights, b = alpha * rest, d = rest * rest + weights;
  const float inverse = 1 / std::max(a * d - b * b, kLeastDeterminant);
  for (std::size_t c = 0; c < 3; ++c) {
    const float right_person = alpha * layers.photo(x, y)[c] + person[c];
    const float right_background = rest * layers.photo(x, y)[c] + background[c];
    layers.person(x, y)[c] = std::clamp((d * right_person - b * right_background) * inverse, 0.0f, 1.0f);
    layers.background(x, y)[c] = std::clamp((a * right_background - b * right_person) * inverse, 0.0f, 1.0f);
  }
}

void solve(Layers& layers) {
  constexpr int kSmallSide = 32;                      // of the longer side
  constexpr int kSmallRounds = 10, kLargeRounds = 3;  // at sizes up to it, and above
  const bool small = std::max(layers.alpha.width(), layers.alpha.height()) <= kSmallSide;
  for (int round = 0; round < (small ? kSmallRounds : kLargeRounds); ++round)
    for (int y = 0; y < layers.alpha.height(); ++y)
      for (int x = 0; x < layers.alpha.width(); ++x)
        if (small || (layers.alpha(x, y) > 0 && layers.alpha(x, y) < 1)) solve_pixel(layers, x, y);
}

}  // namespace

Image estimate_foreground(ImageView photo, PlaneView<const float> alpha) {
  std::vector<Layers> sizes;
  sizes.push_back(full_size(photo, alpha));
  while (sizes.back().alpha.width() > 2 || sizes.back().alpha.height() > 2)
    sizes.push_back(halve(sizes.back()));
  for (std::size_t i = sizes.size(); i-- > 0;) {
    initialize(sizes[i], i + 1 < sizes.size() ? &sizes[i + 1] : nullptr);
    solve(sizes[i]);
  }
  const Layers& finest = sizes.front();
  Image result(photo.width(), photo.height(), 4);
  for (int y = 0; y < photo.height(); ++y)
    for (int x = 0; x < photo.width(); ++x) {
      std::uint8_t* pixel = result.pixel(x, y);
      if (finest.alpha(x, y) >= 1)
        std::copy_n(photo.pixel(x, y), 3, pixel);
      else
        for (std::size_t c = 0; c < 3; ++c) pixel[c] = srgb_from_linear(finest.person(x, y)[c]);
      pixel[3] = static_cast<std::uint8_t>(std::lrint(finest.alpha(x, y) * 255));
    }
  return result;
}

}  // namespace portrait_depth
