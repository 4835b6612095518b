#include "render.hpp"

#include <algorithm>
#include <cmath>

namespace portrait_depth::people {
namespace {

constexpr std::int8_t kLevelUnknown = -1;
// Neighboring samples farther apart in depth than this, in metres and as a share of the depth, belong to
// different surfaces.
constexpr float kGap = 0.008f, kGapShare = 0.012f;
// Hairs of masks: grains per metre, the strength of their noise, and the gain of the rest.
constexpr float kHairGrains = 650, kHairNoise = 0.75f, kHairGain = 2.5f;
constexpr std::uint32_t kHairSeed = 3;

// Hashed alpha testing: C. Wyman, M. McGuire, Hashed Alpha Testing, 2017. A separate threshold for every
// sample and triangle makes coverage right on average, for any order and number of layers.
float threshold(std::uint32_t triangle, int x, int y) {
  std::uint32_t h = triangle * 0x9E3779B1u ^ static_cast<std::uint32_t>(x) * 0x85EBCA77u ^
                    static_cast<std::uint32_t>(y) * 0xC2B2AE3Du;
  h = (h ^ (h >> 15)) * 0x2C1B3C6Du;
  h = (h ^ (h >> 13)) * 0x297A2D39u;
  return (static_cast<float>((h ^ (h >> 16)) >> 8) + 0.5f) * 0x1p-24f;
}

Vec2 uv_at(const SceneObject& object, std::uint32_t t, const Barycentric& w) {
  return object.uvs[object.uv_indices[3 * t]] * w.a + object.uvs[object.uv_indices[3 * t + 1]] * w.b +
         object.uvs[object.uv_indices[3 * t + 2]] * w.c;
}

template <class T>
T corner_mix(const std::vector<T>& values, const std::uint32_t* corner, const Barycentric& w) {
  return values[corner[0]] * w.a + values[corner[1]] * w.b + values[corner[2]] * w.c;
}

bool needs_test(const SceneObject& object) {
  return !object.triangle_alpha.empty() || object.opacity < 1 || object.mask_use != MaskUse::paint;
}

struct Sample {
  float depth = 0;
  Vec3 normal, color;
  Label label = Label::none;
  bool head = false;
};

constexpr int kMostSamples = 16;

// The longest run of samples (sorted by depth) without a gap; the nearer one of equals.
std::pair<int, int> largest_surface(const std::array<Sample, kMostSamples>& samples, int count) {
  int best_first = 0, best_count = 0;
  for (int first = 0; first < count;) {
    int end = first + 1;
    while (end < count &&
           samples[end].depth - samples[end - 1].depth < std::max(kGap, kGapShare * samples[end].depth))
      ++end;
    if (end - first > best_count) {
      best_first = first;
      best_count = end - first;
    }
    first = end;
  }
  return {best_first, best_count};
}

Pixel merge(std::array<Sample, kMostSamples>& samples, int count, int possible) {
  Pixel pixel;
  if (count == 0) return pixel;
  std::sort(samples.begin(), samples.begin() + count,
            [](const Sample& a, const Sample& b) { return a.depth < b.depth; });
  pixel.alpha = static_cast<float>(count) / static_cast<float>(possible);
  for (int i = 0; i < count; ++i) pixel.albedo += samples[i].color * (1.0f / static_cast<float>(count));
  const auto [first, size] = largest_surface(samples, count);
  std::array<int, 8> votes{};
  int head = 0;
  for (int i = first; i < first + size; ++i) {
    pixel.depth += samples[i].depth;
    pixel.normal += samples[i].normal;
    ++votes[static_cast<std::size_t>(samples[i].label)];
    head += samples[i].head ? 1 : 0;
  }
  pixel.depth /= static_cast<float>(size);
  pixel.normal = length(pixel.normal) > 1e-4f ? normalized(pixel.normal) : Vec3{0, 0, -1};
  pixel.label = static_cast<Label>(std::ranges::max_element(votes) - votes.begin());
  pixel.head = 2 * head >= size;
  return pixel;
}

}  // namespace

void Renderer::project(const Scene& scene, const CameraPlacement& placement, const Intrinsics& camera,
                       int samples) {
  const std::size_t count = scene.objects.size();
  camera_positions_.resize(count);
  screen_.resize(count);
  first_triangle_.assign(1, 0);
  object_of_triangle_.clear();
  const auto scale = static_cast<float>(samples);
  for (std::size_t o = 0; o < count; ++o) {
    const SceneObject& object = scene.objects[o];
    const std::size_t vertices = object.positions.size();
    camera_positions_[o].resize(vertices);
    screen_[o].resize(vertices);
    for (std::size_t v = 0; v < vertices; ++v) {
      const Vec3 p = placement.to_camera(object.positions[v]);
      camera_positions_[o][v] = p;
      const float inv_z = p.z > kNearest ? 1 / p.z : 0;
      screen_[o][v] = {(p.x * inv_z * camera.fx + camera.cx) * scale,
                       (p.y * inv_z * camera.fy + camera.cy) * scale, inv_z};
    }
    object_of_triangle_.insert(object_of_triangle_.end(), object.indices.size() / 3,
                               static_cast<std::uint8_t>(o));
    first_triangle_.push_back(static_cast<std::uint32_t>(object_of_triangle_.size()));
  }
  level_.assign(object_of_triangle_.size(), kLevelUnknown);
}

// The level of the texture whose texels are about as large as samples.
int Renderer::level_of(const SceneObject& object, std::size_t object_index, std::uint32_t t) {
  std::int8_t& level = level_[first_triangle_[object_index] + t];
  if (level != kLevelUnknown) return level;
  level = 0;
  const Texture* texture = texture_of(object.paint);
  if (texture == nullptr) return level;
  const ScreenVertex* s[3];
  Vec2 uv[3];
  for (int k = 0; k < 3; ++k) {
    s[k] = &screen_[object_index][object.indices[3 * t + k]];
    uv[k] = object.uvs[object.uv_indices[3 * t + k]];
  }
  const float screen_area =
      std::abs((s[1]->x - s[0]->x) * (s[2]->y - s[0]->y) - (s[1]->y - s[0]->y) * (s[2]->x - s[0]->x));
  const Vec2 a = uv[1] - uv[0], b = uv[2] - uv[0];
  const float texel_area =
      std::abs(a.x * b.y - a.y * b.x) * static_cast<float>(texture->width() * texture->height());
  if (screen_area > 0 && texel_area > screen_area)
    level = static_cast<std::int8_t>(std::clamp(0.5f * std::log2(texel_area / screen_area) + 0.25f, 0.0f,
                                                static_cast<float>(texture->levels() - 1)));
  return level;
}

Pixel Renderer::resolve(const Scene& scene, int x, int y, int samples, const Box& limits,
                        const CameraPlacement& placement) {
  std::array<Sample, kMostSamples> seen;
  int count = 0;
  for (int sy = y * samples; sy < (y + 1) * samples; ++sy) {
    const float py = static_cast<float>(sy) + 0.5f, pixel_y = py / static_cast<float>(samples);
    for (int sx = x * samples; sx < (x + 1) * samples; ++sx) {
      const std::uint32_t id = visibility_.triangle(sx, sy);
      if (id == kNoTriangle) continue;
      const float px = static_cast<float>(sx) + 0.5f, pixel_x = px / static_cast<float>(samples);
      if (pixel_x < limits.x || pixel_y < limits.y || pixel_x >= limits.x + limits.width ||
          pixel_y >= limits.y + limits.height)
        continue;
      const std::size_t o = object_of_triangle_[id];
      const SceneObject& object = scene.objects[o];
      const std::uint32_t t = id - first_triangle_[o];
      const std::uint32_t* corner = &object.indices[3 * t];
      const std::vector<ScreenVertex>& screen = screen_[o];
      const Barycentric w = barycentric_at(screen[corner[0]], screen[corner[1]], screen[corner[2]], px, py);
      Sample& sample = seen[count++];
      sample.depth = 1 / visibility_.inv_z(sx, sy);
      Vec3 normal = placement.camera_from_scene * corner_mix(object.normals, corner, w);
      const std::vector<Vec3>& positions = camera_positions_[o];
      const Vec3 face =
          cross(positions[corner[1]] - positions[corner[0]], positions[corner[2]] - positions[corner[0]]);
      if (dot(face, positions[corner[0]]) > 0) normal = -normal;
      sample.normal = normalized(normal);
      PaintPoint at{.uv = uv_at(object, t, w),
                    .level = level_of(object, o, t),
                    .rest = corner_mix(object.rest, corner, w)};
      if (!object.mask.empty()) at.mask = corner_mix(object.mask, corner, w);
      sample.color = color_at(object.paint, at);
      sample.label = object.label;
      sample.head = object.all_head || (!object.head.empty() && object.head[corner[0]] != 0);
    }
  }
  return merge(seen, count, samples * samples);
}

void Renderer::render(const Scene& scene, const CameraPlacement& placement, const Intrinsics& camera,
                      int samples, const Box& limits, PixelBuffer& out) {
  project(scene, placement, camera, samples);
  visibility_.clear(camera.width * samples, camera.height * samples);
  for (std::size_t o = 0; o < scene.objects.size(); ++o) {
    const SceneObject& object = scene.objects[o];
    DrawOptions options{.first_triangle = first_triangle_[o]};
    CoverageTest test;
    if (needs_test(object)) {
      const Texture* texture = object.triangle_alpha.empty() ? nullptr : texture_of(object.paint);
      test = [this, &object, o, texture](std::uint32_t triangle, const Barycentric& w, int x, int y) {
        const std::uint32_t t = triangle - first_triangle_[o];
        float alpha = object.opacity;
        if (texture != nullptr) alpha *= texture->alpha(uv_at(object, t, w), level_of(object, o, t));
        if (object.mask_use == MaskUse::cut && corner_mix(object.mask, &object.indices[3 * t], w) < 0)
          return false;
        if (object.mask_use == MaskUse::opacity) {  // hairs: grains, fewer at the mask's edge
          const std::uint32_t* corner = &object.indices[3 * t];
          const float grain = value_noise(corner_mix(object.rest, corner, w) * kHairGrains, kHairSeed);
          alpha *= kHairGain * (corner_mix(object.mask, corner, w) - kHairNoise * grain);
        }
        return alpha > threshold(triangle, x, y);
      };
      options.test = &test;
    }
    draw(screen_[o], object.indices, options, visibility_);
  }
  out.resize(camera.width, camera.height);
  for (int y = 0; y < camera.height; ++y)
    for (int x = 0; x < camera.width; ++x) out(x, y) = resolve(scene, x, y, samples, limits, placement);
}

}  // namespace portrait_depth::people
