#include "studio.hpp"

#include <cmath>
#include <numbers>

#include "portrait_depth/io.hpp"

namespace portrait_depth::people {
namespace {

// Out of focus: a gradient, large soft shapes and discs of light.
class Background {
 public:
  Background(Random random, int width, int height)
      : width_(static_cast<float>(width)), height_(static_cast<float>(height)) {
    const auto tone = [&](float low, float high) {
      const float hue = random.between(0, 2 * std::numbers::pi_v<float>), tint = random.between(0.1f, 0.35f);
      return Vec3{1 + tint * std::cos(hue), 1 + tint * std::cos(hue - 2.1f),
                  1 + tint * std::cos(hue + 2.1f)} *
             random.between(low, high);
    };
    top_ = tone(0.12f, 0.5f);
    bottom_ = tone(0.04f, 0.25f);
    shape_ = tone(0.1f, 0.4f);
    seed_ = static_cast<std::uint32_t>(random.bits());
    const int discs = static_cast<int>(random.below(26));
    for (int i = 0; i < discs; ++i)
      discs_.push_back({{random.unit() * width_, random.unit() * height_ * 0.8f},
                        random.between(0.02f, 0.07f) * height_,
                        tone(0.05f, 0.25f)});
  }

  Vec3 at(float x, float y) const {
    const float u = x / height_, v = y / height_;
    Vec3 color = mix(top_, bottom_, smoothstep(0.1f, 1, v));
    color = mix(color, shape_, 0.7f * smoothstep(0.35f, 0.75f, value_noise({u * 2.2f, v * 2.2f, 0}, seed_)));
    color = color * (0.8f + 0.4f * value_noise({u * 6, v * 6, 1}, seed_ + 1));
    for (const Disc& disc : discs_) {
      const float dx = x - disc.center.x, dy = y - disc.center.y, r = std::sqrt(dx * dx + dy * dy);
      color += disc.color * (1 - smoothstep(0.86f * disc.radius, 1.06f * disc.radius, r));
    }
    return color;
  }

 private:
  struct Disc {
    Vec2 center{};
    float radius = 0;
    Vec3 color{};
  };
  float width_, height_;
  Vec3 top_, bottom_, shape_;
  std::uint32_t seed_ = 0;
  std::vector<Disc> discs_;
};

}  // namespace

void write_sample(const StudioOptions& options) {
  const Catalog catalog(options.parts);
  const StudioPortrait portrait = make_studio_portrait(catalog, options);
  const Random random(options.seed);
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
