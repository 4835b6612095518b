#include "light.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace portrait_depth::people {
namespace {

// Depth maps hold kFar + the height toward the light: positive, and the highest surface has the largest
// value.
constexpr float kFar = 8;
// Occluders farther from the person's bounds than this, in metres, are left out.
constexpr float kOccluderReach = 0.45f;
// Triangles with less alpha, and hairs with less density, throw no shadow.
constexpr float kOpaque = 0.4f;
// A point is lifted off its surface, and its height is raised, by these numbers of texels: without them
// surfaces would shadow themselves.
constexpr float kLiftTexels = 1.3f, kBiasTexels = 0.6f;
// Surfaces turned farther away from a lamp than this cosine are in its shadow.
constexpr float kTerminator = -0.1f;
// Ambient directions with a larger z come from behind the person and light no visible surface.
constexpr float kFromBehind = 0.75f;

Vec3 point_of(const Intrinsics& camera, int x, int y, float depth) {
  return camera.unproject(static_cast<float>(x) + 0.5f, static_cast<float>(y) + 0.5f, depth);
}

// Even directions: a spherical Fibonacci lattice, turned at random.
std::vector<Vec3> even_directions(int count, Random& random) {
  const Mat3 turn =
      rotation(normalized(Vec3{random.normal(), random.normal(), random.normal()}), random.between(0, 6.28f));
  std::vector<Vec3> directions;
  const float golden = std::numbers::pi_v<float> * (3 - std::sqrt(5.0f));
  for (int i = 0; i < count; ++i) {
    const float z = 1 - (2 * static_cast<float>(i) + 1) / static_cast<float>(count), r = std::sqrt(1 - z * z);
    const float angle = golden * static_cast<float>(i);
    directions.push_back(turn * Vec3{r * std::cos(angle), r * std::sin(angle), z});
  }
  return directions;
}

}  // namespace

void Lighting::gather(const Scene& scene, const CameraPlacement& placement, const Bounds& bounds) {
  positions_.clear();
  indices_.clear();
  const float reach = bounds.radius + kOccluderReach;
  std::vector<std::uint8_t> near;
  for (const SceneObject& object : scene.objects) {
    if (!object.casts_shadow) continue;
    const auto first = static_cast<std::uint32_t>(positions_.size());
    near.clear();
    for (const Vec3& p : object.positions) {
      const Vec3 at = placement.to_camera(p);
      positions_.push_back(at);
      const Vec3 d = at - bounds.center;
      near.push_back(dot(d, d) < reach * reach ? 1 : 0);
    }
    for (std::size_t t = 0; 3 * t < object.indices.size(); ++t) {
      const std::uint32_t* corner = &object.indices[3 * t];
      if (near[corner[0]] == 0) continue;
      if (!object.triangle_alpha.empty() && object.triangle_alpha[t] < kOpaque) continue;
      if (object.mask_use == MaskUse::opacity && object.mask[corner[0]] < kOpaque) continue;
      if (object.mask_use == MaskUse::cut &&
          object.mask[corner[0]] + object.mask[corner[1]] + object.mask[corner[2]] < 0)
        continue;
      for (int k = 0; k < 3; ++k) indices_.push_back(first + corner[k]);
    }
  }
}

Lighting::Map Lighting::draw_map(Vec3 direction, int size, const Bounds& bounds) {
  const Vec3 side =
      normalized(cross(std::abs(direction.y) < 0.9f ? Vec3{0, 1, 0} : Vec3{1, 0, 0}, direction));
  const Map map{
      {side, cross(direction, side), direction}, static_cast<float>(size) / (2 * bounds.radius), size};
  screen_.resize(positions_.size());
  const float middle = static_cast<float>(size) * 0.5f;
  for (std::size_t v = 0; v < positions_.size(); ++v) {
    const Vec3 p = map.light_from_camera * (positions_[v] - bounds.center);
    screen_[v] = {p.x * map.scale + middle, p.y * map.scale + middle, kFar + p.z};
  }
  depth_.clear(size, size);
  draw(screen_, indices_, {}, depth_);
  return map;
}

// Percentage-closer filtering over the four texels around the point; the point is lifted off its surface by a
// texel.
float Lighting::visibility(const Map& map, const Bounds& bounds, Vec3 point, Vec3 normal) const {
  const float texel = 1 / map.scale;
  const Vec3 p = map.light_from_camera * (point + normal * (kLiftTexels * texel) - bounds.center);
  const float x = p.x * map.scale + 0.5f * static_cast<float>(map.size) - 0.5f;
  const float y = p.y * map.scale + 0.5f * static_cast<float>(map.size) - 0.5f;
  const int x0 = static_cast<int>(std::floor(x)), y0 = static_cast<int>(std::floor(y));
  if (x0 < 0 || y0 < 0 || x0 + 1 >= map.size || y0 + 1 >= map.size) return 1;
  const float height = kFar + p.z + kBiasTexels * texel;
  const auto open = [&](int i, int j) { return depth_.inv_z(i, j) <= height ? 1.0f : 0.0f; };
  const float fx = x - static_cast<float>(x0), fy = y - static_cast<float>(y0);
  return mix(mix(open(x0, y0), open(x0 + 1, y0), fx), mix(open(x0, y0 + 1), open(x0 + 1, y0 + 1), fx), fy);
}

// Few directions leave steps; the mean over neighbors on the same surface smooths them.
void Lighting::smooth_occlusion(PixelBuffer& pixels) {
  constexpr int kReach = 3;
  open_.resize(pixels.width(), pixels.height());
  for (int y = 0; y < pixels.height(); ++y) {
    for (int x = 0; x < pixels.width(); ++x) {
      const Pixel& pixel = pixels(x, y);
      if (pixel.depth <= 0) continue;
      const float near = 0.012f * pixel.depth;
      float sum = 0, weight = 0;
      for (int j = std::max(0, y - kReach); j <= std::min(pixels.height() - 1, y + kReach); ++j) {
        for (int i = std::max(0, x - kReach); i <= std::min(pixels.width() - 1, x + kReach); ++i) {
          const Pixel& other = pixels(i, j);
          if (other.depth <= 0 || std::abs(other.depth - pixel.depth) > near) continue;
          const float alike = std::max(0.0f, dot(pixel.normal, other.normal));
          sum += alike * alike * other.occlusion;
          weight += alike * alike;
        }
      }
      open_(x, y) = weight > 0 ? sum / weight : pixel.occlusion;
    }
  }
  for (int y = 0; y < pixels.height(); ++y)
    for (int x = 0; x < pixels.width(); ++x)
      if (pixels(x, y).depth > 0) pixels(x, y).occlusion = open_(x, y);
}

void Lighting::find_points(std::span<const LitView> views) {
  points_.clear();
  const CameraPlacement& first = views[0].placement;
  for (const LitView& view : views) {
    const bool moved = &view != &views[0];
    const Mat3 turn = first.camera_from_scene * transposed(view.placement.camera_from_scene);
    const Vec3 offset = first.to_camera(view.placement.position);
    PixelBuffer& pixels = *view.pixels;
    for (int y = 0; y < pixels.height(); ++y)
      for (int x = 0; x < pixels.width(); ++x) {
        Pixel& pixel = pixels(x, y);
        if (pixel.depth <= 0) continue;
        const Vec3 seen = point_of(view.camera, x, y, pixel.depth);
        points_.push_back(
            {moved ? turn * seen + offset : seen, moved ? turn * pixel.normal : pixel.normal, &pixel, 0, 0});
      }
  }
}

Lighting::Bounds Lighting::find_bounds() const {
  Vec3 low{1e9f, 1e9f, 1e9f}, high{-1e9f, -1e9f, -1e9f};
  for (const Point& point : points_) {
    const Vec3 p = point.at;
    low = {std::min(low.x, p.x), std::min(low.y, p.y), std::min(low.z, p.z)};
    high = {std::max(high.x, p.x), std::max(high.y, p.y), std::max(high.z, p.z)};
  }
  return {(low + high) * 0.5f, length(high - low) * 0.5f + 0.02f};
}

void Lighting::light(const Scene& scene, std::span<const LitView> views,
                     const std::array<Vec3, kKeyLights>& lights, const LightOptions& options, Random random) {
  find_points(views);
  if (points_.empty()) return;
  const Bounds bounds = find_bounds();
  gather(scene, views[0].placement, bounds);

  for (int k = 0; k < kKeyLights; ++k) {
    const Map map = draw_map(lights[k], options.shadow_size, bounds);
    for (const Point& point : points_)
      point.pixel->shadow[k] =
          dot(point.normal, lights[k]) > kTerminator ? visibility(map, bounds, point.at, point.normal) : 0;
  }
  for (const Vec3& direction : even_directions(options.occlusion_directions, random)) {
    if (direction.z > kFromBehind) continue;
    const Map map = draw_map(direction, options.occlusion_size, bounds);
    for (Point& point : points_) {
      const float cosine = dot(point.normal, direction);
      if (cosine <= 0) continue;
      point.weight += cosine;
      point.open += cosine * visibility(map, bounds, point.at, point.normal);
    }
  }
  for (const Point& point : points_)
    point.pixel->occlusion = point.weight > 0 ? point.open / point.weight : 1;
  for (const LitView& view : views) smooth_occlusion(*view.pixels);
}

}  // namespace portrait_depth::people
