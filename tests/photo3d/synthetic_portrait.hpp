// A small synthetic portrait with known depth, mask and true colors: a green person (head in front of
// shoulders) in front of a bluish wall.
#pragma once

#include <algorithm>
#include <cmath>

#include "portrait_depth/camera.hpp"
#include "portrait_depth/image.hpp"

namespace portrait_depth {

struct SyntheticPortrait {
  Image photo, wall;
  Plane<float> metres, mask;
  Intrinsics intrinsics;
};

inline constexpr float kHeadMetres = 0.8f, kShoulderMetres = 1.0f;

/// The shoulders reach the lower border. The head hides a part of them: a depth edge inside the person.
inline SyntheticPortrait make_portrait(int width = 160, int height = 200) {
  SyntheticPortrait p{Image(width, height), Image(width, height), Plane<float>(width, height, NAN),
                      Plane<float>(width, height, 0.0f), Intrinsics::assumed(width, height)};
  const auto w = static_cast<float>(width), h = static_cast<float>(height);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      const float fx = (static_cast<float>(x) + 0.5f) / w, fy = (static_cast<float>(y) + 0.5f) / h;
      const float head = 1 - std::hypot((fx - 0.5f) / 0.2f, (fy - 0.42f) / 0.24f);
      const float body = 1 - std::hypot((fx - 0.5f) / 0.38f, (fy - 1.0f) / 0.45f);
      const float soft = std::clamp(std::max(head * 0.2f * w, body * 0.38f * w) / 2 + 0.5f, 0.0f, 1.0f);
      p.mask(x, y) = soft;
      if (soft > 0)
        p.metres(x, y) = head > 0 ? kHeadMetres - 0.06f * std::sqrt(std::min(head, 1.0f)) : kShoulderMetres;
      const float wave = 0.5f + 0.5f * std::sin(fx * 40) * std::sin(fy * 40);
      std::uint8_t* wall = p.wall.pixel(x, y);
      wall[0] = static_cast<std::uint8_t>(60 + 40 * fx);
      wall[1] = 40;
      wall[2] = static_cast<std::uint8_t>(150 + 60 * fy);
      const std::uint8_t person[3] = {30, static_cast<std::uint8_t>(170 + 60 * wave), 30};
      for (int c = 0; c < 3; ++c)
        p.photo.pixel(x, y)[c] = static_cast<std::uint8_t>(static_cast<float>(person[c]) * soft +
                                                           static_cast<float>(wall[c]) * (1 - soft));
    }
  return p;
}

/// The mean absolute difference of two pictures of one size, 0..255.
inline double mean_difference(ImageView a, ImageView b) {
  double sum = 0;
  for (int y = 0; y < a.height(); ++y)
    for (int x = 0; x < a.width(); ++x)
      for (int c = 0; c < 3; ++c) sum += std::abs(int{a.pixel(x, y)[c]} - int{b.pixel(x, y)[c]});
  return sum / (3.0 * a.width() * a.height());
}

}  // namespace portrait_depth
