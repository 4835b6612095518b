// own_renderer PHOTO PNG [X Y Z]: draws a 3D photo with a renderer of its own, from the camera position X Y Z
// in metres (default: 0 0 0, the position of the photo's camera).
//
// It takes the meshes, textures and camera from Photo3D, as a program with its own engine would. The renderer
// is a small software rasterizer: depth test per pixel, perspective-correct and bilinear texture coordinates,
// blending in sRGB.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <portrait_depth/portrait_depth.hpp>
#include <vector>

namespace {

using namespace portrait_depth;
using Color = std::array<float, 4>;  // Red, green, blue, alpha; 0..255.

// A vertex on the screen: x and y in pixels; values that are linear in screen space when divided by the
// depth.
struct ScreenVertex {
  float x = 0, y = 0;
  float inverse_depth = 0, u_over_depth = 0, v_over_depth = 0;
};

// The camera of the photo, moved to `position`. It looks in the photo's direction.
struct Camera {
  Intrinsics intrinsics;
  Vec3 position;

  ScreenVertex project(const Vec3& point, const std::array<float, 2>& texture_coordinate) const {
    const float x = point.x - position.x, y = point.y - position.y, z = point.z - position.z;
    const float inverse = 1.0f / z;
    return {.x = intrinsics.fx * x * inverse + intrinsics.cx,
            .y = intrinsics.fy * y * inverse + intrinsics.cy,
            .inverse_depth = inverse,
            .u_over_depth = texture_coordinate[0] * inverse,
            .v_over_depth = texture_coordinate[1] * inverse};
  }
  bool sees(const Vec3& point) const { return point.z - position.z > 0.01f; }
};

Color texel(const Image& texture, int x, int y) {
  const std::uint8_t* pixel =
      texture.pixel(std::clamp(x, 0, texture.width() - 1), std::clamp(y, 0, texture.height() - 1));
  return {float(pixel[0]), float(pixel[1]), float(pixel[2]),
          texture.channels() == 4 ? float(pixel[3]) : 255.0f};
}

// Bilinear; u and v are 0..1 from the upper left corner.
Color sample(const Image& texture, float u, float v) {
  const float x = u * float(texture.width()) - 0.5f, y = v * float(texture.height()) - 0.5f;
  const int left = int(std::floor(x)), top = int(std::floor(y));
  const float right_share = x - float(left), bottom_share = y - float(top);
  Color result = {};
  for (int corner = 0; corner < 4; ++corner) {
    const int dx = corner % 2, dy = corner / 2;
    const float weight = (dx ? right_share : 1 - right_share) * (dy ? bottom_share : 1 - bottom_share);
    const Color color = texel(texture, left + dx, top + dy);
    for (int channel = 0; channel < 4; ++channel) result[channel] += weight * color[channel];
  }
  return result;
}

class Renderer {
 public:
  Renderer(int width, int height) : frame_(width, height), nearest_(std::size_t(width) * height, 0.0f) {}

  // Draws a mesh over the present frame. The depth test applies within one mesh, so that a later mesh is in
  // front.
  void draw(const Mesh& mesh, const Image& texture, const Camera& camera) {
    std::fill(nearest_.begin(), nearest_.end(), 0.0f);
    colors_.assign(nearest_.size(), Color{});
    for (std::size_t at = 0; at + 2 < mesh.indices.size(); at += 3) {
      std::array<ScreenVertex, 3> triangle;
      bool visible = true;
      for (int corner = 0; corner < 3; ++corner) {
        const std::uint32_t index = mesh.indices[at + corner];
        visible = visible && camera.sees(mesh.positions[index]);
        triangle[corner] = camera.project(mesh.positions[index], mesh.texture_coordinates[index]);
      }
      if (visible) draw_triangle(triangle, texture);
    }
    blend();
  }
  const Image& frame() const { return frame_; }

 private:
  // Twice the signed area of a, b and the point.
  static float edge(const ScreenVertex& a, const ScreenVertex& b, float x, float y) {
    return (b.x - a.x) * (y - a.y) - (b.y - a.y) * (x - a.x);
  }

  void draw_triangle(const std::array<ScreenVertex, 3>& triangle, const Image& texture) {
    const auto& [a, b, c] = triangle;
    const float area = edge(a, b, c.x, c.y);
    if (area == 0) return;
    const int left = std::max(0, int(std::floor(std::min({a.x, b.x, c.x}) - 0.5f)));
    const int top = std::max(0, int(std::floor(std::min({a.y, b.y, c.y}) - 0.5f)));
    const int right = std::min(frame_.width() - 1, int(std::ceil(std::max({a.x, b.x, c.x}))));
    const int bottom = std::min(frame_.height() - 1, int(std::ceil(std::max({a.y, b.y, c.y}))));
    for (int y = top; y <= bottom; ++y)
      for (int x = left; x <= right; ++x) {
        const float px = float(x) + 0.5f, py = float(y) + 0.5f;
        const std::array<float, 3> weight = {edge(b, c, px, py) / area, edge(c, a, px, py) / area,
                                             edge(a, b, px, py) / area};
        if (weight[0] < 0 || weight[1] < 0 || weight[2] < 0) continue;
        draw_pixel(x, y, triangle, weight, texture);
      }
  }

  void draw_pixel(int x, int y, const std::array<ScreenVertex, 3>& triangle,
                  const std::array<float, 3>& weight, const Image& texture) {
    float inverse_depth = 0, u = 0, v = 0;
    for (int corner = 0; corner < 3; ++corner) {
      inverse_depth += weight[corner] * triangle[corner].inverse_depth;
      u += weight[corner] * triangle[corner].u_over_depth;
      v += weight[corner] * triangle[corner].v_over_depth;
    }
    const std::size_t index = std::size_t(y) * frame_.width() + x;
    if (inverse_depth <= nearest_[index]) return;
    nearest_[index] = inverse_depth;
    colors_[index] = sample(texture, u / inverse_depth, v / inverse_depth);
  }

  void blend() {
    for (int y = 0; y < frame_.height(); ++y)
      for (int x = 0; x < frame_.width(); ++x) {
        const Color& color = colors_[std::size_t(y) * frame_.width() + x];
        const float alpha = color[3] / 255;
        std::uint8_t* pixel = frame_.pixel(x, y);
        for (int channel = 0; channel < 3; ++channel)
          pixel[channel] =
              std::uint8_t(std::lround(alpha * color[channel] + (1 - alpha) * float(pixel[channel])));
      }
  }

  Image frame_;
  std::vector<float> nearest_;  // Inverse depth of the nearest surface of the mesh; 0: none.
  std::vector<Color> colors_;   // Its color.
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3 && argc != 6) {
    std::fprintf(stderr, "usage: own_renderer PHOTO PNG [X Y Z]\n");
    return 2;
  }
  try {
    const Photo photo = load_photo(argv[1], {.min_short_side = 720});
    const auto estimator = create_estimator();
    const DepthMap depth = estimator->estimate_photo(photo.image, {.intrinsics = photo.intrinsics}).depth;
    const Photo3D photo3d = Photo3D::build(photo.image, depth);

    Camera camera{.intrinsics = photo3d.intrinsics(), .position = {}};
    if (argc == 6) {
      const auto metres = [&](int at) { return std::strtof(argv[at], nullptr); };
      camera.position = {metres(3), metres(4), metres(5)};
    }
    Renderer renderer(camera.intrinsics.width, camera.intrinsics.height);
    renderer.draw(photo3d.background_mesh(), photo3d.background_texture(), camera);
    renderer.draw(photo3d.person_mesh(), photo3d.person_texture(), camera);
    save_image(renderer.frame(), argv[2]);
    std::printf("%s: %d x %d\n", argv[2], renderer.frame().width(), renderer.frame().height());
  } catch (const Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
