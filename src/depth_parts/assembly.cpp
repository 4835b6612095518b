// From the decoded values of a file's depth pictures to depth in metres, upright.
#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

#include "camera/intrinsics.hpp"
#include "depth/no_depth.hpp"
#include "depth_parts/depth_parts.hpp"
#include "depth_parts/gray_plane.hpp"

namespace portrait_depth {
namespace io {
namespace {

Intrinsics turned(const Intrinsics& camera, int orientation) {
  Intrinsics result = camera;
  const float width = static_cast<float>(camera.width), height = static_cast<float>(camera.height);
  float x = camera.cx, y = camera.cy;
  if (orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8) x = width - x;
  if (orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7) y = height - y;
  if (orientation >= 5) {
    std::swap(x, y);
    std::swap(result.fx, result.fy);
    std::swap(result.width, result.height);
  }
  result.cx = x;
  result.cy = y;
  return result;
}

// A phone's pixels are square. Some files stretch one focal length by the picture's shape (iOS 16.0 did).
// EXIF identifies the true one.
void make_square(Intrinsics& camera, const std::optional<Intrinsics>& exif) {
  constexpr float kTolerance = 0.02f;
  if (!exif || std::abs(camera.fx / camera.fy - 1) < kTolerance) return;
  const float expected = exif->scaled_to(camera.width, camera.height).fx;
  const bool is_x = std::abs(camera.fx - expected) < std::abs(camera.fy - expected);
  camera.fx = camera.fy = is_x ? camera.fx : camera.fy;
}

void fit_intrinsics(EmbeddedDepth& depth, int orientation, const std::optional<Intrinsics>& exif) {
  if (!depth.intrinsics) {
    if (exif) depth.intrinsics = exif->scaled_to(depth.metres.width(), depth.metres.height());
    return;
  }
  Intrinsics camera = turned(*depth.intrinsics, orientation);
  make_square(camera, exif);
  const bool is_wide = depth.metres.width() > depth.metres.height();
  // The decoder turns a HEIC's pixels but not its camera. If the shapes differ, the camera needs a quarter
  // turn.
  if ((camera.width > camera.height) != is_wide && camera.width != camera.height) camera = turned(camera, 6);
  depth.intrinsics = camera.scaled_to(depth.metres.width(), depth.metres.height());
}

// A file's numbers may be too small or too large for a float.
float metres_or_nothing(double metres) {
  const auto value = static_cast<float>(metres);
  return std::isfinite(value) && value > 0 ? value : kNoDepth;
}

/// The person's matte with those of its parts that have its size; std::nullopt without the person's.
std::optional<Plane<float>> united(Mattes mattes) {
  Plane<float>& person = mattes.front();
  if (person.empty()) return std::nullopt;
  for (const Plane<float>& part : std::span(mattes).subspan(1)) {
    if (part.width() != person.width() || part.height() != person.height()) continue;
    std::transform(person.values().begin(), person.values().end(), part.values().begin(),
                   person.values().begin(), [](float a, float b) { return std::max(a, b); });
  }
  return std::move(person);
}

}  // namespace

void to_metres(Plane<float>& values, const DepthMeaning& meaning) {
  for (float& value : values.values()) {
    const double stored = meaning.least + (meaning.most - meaning.least) * static_cast<double>(value);
    value = metres_or_nothing(meaning.is_disparity ? 1 / stored : stored);
  }
}

EmbeddedDepth assembled_depth(const DepthParts& parts, Plane<float> values, Mattes mattes,
                              const std::optional<Intrinsics>& exif) {
  EmbeddedDepth depth;
  depth.container = parts.container;
  depth.is_absolute = parts.meaning.is_absolute;
  depth.intrinsics = parts.meaning.intrinsics;
  to_metres(values, parts.meaning);
  depth.metres = made_upright(std::move(values), parts.orientation);
  depth.matte = united(std::move(mattes));
  if (depth.matte) depth.matte = made_upright(std::move(*depth.matte), parts.orientation);
  fit_intrinsics(depth, parts.orientation, exif);
  return depth;
}

}  // namespace io

GivenDepth given_depth(EmbeddedDepth depth) {
  GivenDepth given;
  given.values = std::move(depth.metres);
  given.is_measured = true;
  given.matte = std::move(depth.matte);
  given.intrinsics = depth.intrinsics;
  if (depth.is_absolute) return given;
  given.unit = GivenDepthUnit::disparity;
  given.near = NearGray::white;
  for (float& value : given.values.values()) value = 1 / value;
  return given;
}

}  // namespace portrait_depth
