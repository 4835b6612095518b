// Shadows and ambient occlusion of visible surfaces: depth maps from each light's direction, drawn with the
// same rasterizer.
//
// Based on: L. Williams, Casting Curved Shadows on Curved Surfaces, 1978; ambient visibility is the mean over
// many directions, weighted by the cosine.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "random.hpp"
#include "render.hpp"

namespace portrait_depth::people {

struct LightOptions {
  int shadow_size = 320;          ///< Width and height of a key light's depth map.
  int occlusion_size = 120;       ///< The same for ambient directions.
  int occlusion_directions = 34;  ///< Over the whole sphere.
};

/// The view of one of several cameras.
struct LitView {
  CameraPlacement placement{};
  Intrinsics camera{};
  PixelBuffer* pixels = nullptr;
};

/// Fills occlusion and shadow of `pixels`. `lights` are unit vectors toward the key lights, camera space:
/// the first view's, if there are several. Each depth map is drawn once for all views.
class Lighting {
 public:
  void light(const Scene& scene, const CameraPlacement& placement, const Intrinsics& camera,
             const std::array<Vec3, kKeyLights>& lights, const LightOptions& options, Random random,
             PixelBuffer& pixels) {
    const LitView view{placement, camera, &pixels};
    light(scene, {&view, 1}, lights, options, random);
  }
  void light(const Scene& scene, std::span<const LitView> views, const std::array<Vec3, kKeyLights>& lights,
             const LightOptions& options, Random random);

 private:
  struct Bounds {
    Vec3 center{};
    float radius = 0;
  };
  struct Map {
    Mat3 light_from_camera{};  // z toward the light
    float scale = 0;           // texels a metre
    int size = 0;
  };
  struct Point {
    Vec3 at{}, normal{};  // the first view's camera space
    Pixel* pixel = nullptr;
    float open = 0, weight = 0;
  };
  void find_points(std::span<const LitView> views);
  Bounds find_bounds() const;
  void gather(const Scene& scene, const CameraPlacement& placement, const Bounds& bounds);
  Map draw_map(Vec3 direction, int size, const Bounds& bounds);
  float visibility(const Map& map, const Bounds& bounds, Vec3 point, Vec3 normal) const;

  void smooth_occlusion(PixelBuffer& pixels);

  std::vector<Point> points_;
  std::vector<Vec3> positions_;
  std::vector<std::uint32_t> indices_;
  std::vector<ScreenVertex> screen_;
  VisibilityBuffer depth_;
  Plane<float> open_;
};

}  // namespace portrait_depth::people
