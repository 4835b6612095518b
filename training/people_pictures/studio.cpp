#include "studio.hpp"

#include <cmath>

#include "colors.hpp"
#include "portrait_depth/io.hpp"
#include "sitter.hpp"

namespace portrait_depth::people {
namespace {

// A studio's backdrop, out of focus: one muted color, lighter behind the person, darker toward the corners.
class Background {
 public:
  Background(Random random, int width, int height)
      : width_(static_cast<float>(width)), height_(static_cast<float>(height)) {
    color_ = from_hsv(random.unit(), random.between(0.08f, 0.3f), random.between(0.45f, 0.72f));
    center_ = {random.between(0.35f, 0.65f), random.between(0.35f, 0.5f)};
    seed_ = static_cast<std::uint32_t>(random.bits());
  }

  Vec3 at(float x, float y) const {
    const float u = x / width_ - center_.x, v = y / height_ - center_.y;
    const float glow = 1.15f - 0.75f * smoothstep(0.1f, 0.95f, std::sqrt(u * u + v * v));
    const float cloth = 0.94f + 0.12f * value_noise({3 * x / height_, 3 * y / height_, 0}, seed_);
    return color_ * (glow * cloth);
  }

 private:
  float width_, height_;
  Vec3 color_{};
  Vec2 center_{};
  std::uint32_t seed_ = 0;
};

}  // namespace

void write_sample(const StudioOptions& options) {
  const Catalog catalog(options.parts, options.faces);
  const Random random(options.seed);
  const float aspect = static_cast<float>(options.width) / static_cast<float>(options.height);
  const StudioPortrait portrait =
      make_studio_portrait(catalog, options, choose_sitter(random.fork("traits"), catalog, options.split),
                           sitter_shot(random.fork("portrait"), aspect), soft_studio(random.fork("studio")));
  ShadedView view{.placement = portrait.placement, .camera = portrait.camera};
  Renderer().render(portrait.person.scene, view.placement, view.camera, options.samples,
                    whole_picture(view.camera), view.pixels);
  shade(portrait.person.scene, portrait.studio, random.fork("shade"), {&view, 1});
  const float exposure = exposure_of(view.pixels, view.light);
  const Background background(random.fork("background"), options.width, options.height);
  Random grain = random.fork("grain");
  Image image(options.width, options.height, 3);
  for (int y = 0; y < options.height; ++y) {
    for (int x = 0; x < options.width; ++x) {
      const Vec3 behind = background.at(static_cast<float>(x), static_cast<float>(y));
      const float noise = 1 + 0.015f * grain.normal();
      const Vec3 color = mix(behind, view.light(x, y) * exposure, view.pixels(x, y).alpha) * noise;
      std::uint8_t* out = image.pixel(x, y);
      out[0] = developed(color.x);
      out[1] = developed(color.y);
      out[2] = developed(color.z);
    }
  }
  save_image(image, options.out);
}

}  // namespace portrait_depth::people
