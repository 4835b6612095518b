// Draws a scene into the buffers of a record.
#pragma once

#include <array>
#include <vector>

#include "portrait_depth/camera.hpp"
#include "render/rasterizer.hpp"
#include "scene.hpp"

namespace portrait_depth::people {

inline constexpr int kKeyLights = 3;
/// Nearer surfaces, in metres, are not drawn.
inline constexpr float kNearest = 0.03f;

/// The content of a pixel. Depth, normal and label are of the surface that covers most of it.
struct Pixel {
  float depth = 0;                                ///< Z, metres; 0 in the background.
  float alpha = 0;                                ///< Coverage, 0..1.
  Vec3 normal{};                                  ///< Unit, camera space.
  Vec3 albedo{};                                  ///< Linear, mean over the covered samples.
  float occlusion = 1;                            ///< Ambient visibility, 1 is open.
  std::array<float, kKeyLights> shadow{1, 1, 1};  ///< Visibility of the key lights.
  Label label = Label::none;
  bool head = false;
};

using PixelBuffer = Plane<Pixel>;

/// Draws scenes; reuses its memory. Not thread-safe: one for each thread.
class Renderer {
 public:
  /// Fills `out`, sized camera.width x camera.height; each pixel is the mean of samples x samples (1..4).
  /// Samples outside `limits` (in pixels) are background. Occlusion and shadow stay 1: light.hpp fills them.
  void render(const Scene& scene, const CameraPlacement& placement, const Intrinsics& camera, int samples,
              const Box& limits, PixelBuffer& out);

 private:
  struct Drawn;
  void project(const Scene& scene, const CameraPlacement& placement, const Intrinsics& camera, int samples);
  int level_of(const SceneObject& object, std::size_t object_index, std::uint32_t local_triangle);
  Pixel resolve(const Scene& scene, int x, int y, int samples, const Box& limits,
                const CameraPlacement& placement);

  VisibilityBuffer visibility_;
  std::vector<std::vector<Vec3>> camera_positions_;
  std::vector<std::vector<ScreenVertex>> screen_;
  std::vector<std::uint32_t> first_triangle_;
  std::vector<std::uint8_t> object_of_triangle_;
  std::vector<std::int8_t> level_;
};

}  // namespace portrait_depth::people
