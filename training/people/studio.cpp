#include "studio.hpp"

#include <png.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <numbers>

#include "framing.hpp"
#include "person.hpp"
#include "portrait_depth/error.hpp"
#include "record.hpp"
#include "refine.hpp"
#include "shade.hpp"

namespace portrait_depth::people {
namespace {

// A calm portrait: head and shoulders, looking about into the camera.
Shot portrait_shot(Random random, float aspect) {
  Shot shot = choose_shot(random.fork("shot"));
  shot.selfie = shot.second_person = shot.phone = false;
  shot.aspect = aspect;
  shot.vertical_view = random.between(24, 38);
  shot.distance = 0.24f / random.between(0.34f, 0.44f) / (2 * std::tan(radians(shot.vertical_view / 2)));
  shot.elevation = random.between(-6, 8);
  shot.azimuth = random.between(-28, 28);
  shot.head_yaw = random.normal(0, 10);
  shot.head_pitch = random.normal(0, 4);
  shot.head_roll = random.normal(0, 5);
  shot.eyes_x = random.normal(0.5f, 0.03f);
  shot.eyes_y = random.between(0.36f, 0.42f);
  shot.camera_roll = random.normal(0, 1);
  shot.lean = random.normal(2, 5);
  shot.lean_side = random.normal(0, 3);
  shot.slump = 3;
  shot.twist = random.normal(0, 6);
  shot.arms[0] = shot.arms[1] = Arms::down;
  return shot;
}

// The whole photo as the window, instead of the crop around the person.
Intrinsics photo_camera(const Shot& shot, int width, int height) {
  const float focal = static_cast<float>(height) / 2 / std::tan(radians(shot.vertical_view / 2));
  return {focal, focal, static_cast<float>(width) / 2, static_cast<float>(height) / 2, width, height};
}

struct Portrait {
  Person person{};
  Shot shot{};
  CameraPlacement placement{};
  Intrinsics camera{};
};

Portrait make_portrait(const Catalogue& catalogue, const StudioOptions& options) {
  const Random random(options.seed);
  const Traits traits = choose_traits(random.fork("traits"), catalogue, options.split);
  Portrait portrait;
  portrait.shot = portrait_shot(random.fork("portrait"),
                                static_cast<float>(options.width) / static_cast<float>(options.height));
  portrait.person = build_person(catalogue, traits, portrait.shot, options.split, random.fork("person"));
  for (SceneObject& object : portrait.person.scene.objects) {
    if (object.label == Label::hair || object.label == Label::hard) continue;
    refine(object);
    if (object.label == Label::skin) refine(object);
  }
  const auto framing = frame_shot(portrait.person.scene, portrait.person.eyes, portrait.person.camera,
                                  portrait.shot, options.width, options.height);
  if (!framing)
    throw Error(ErrorCode::invalid_argument,
                "seed " + std::to_string(options.seed) + ": nobody in view; take another seed");
  portrait.placement = framing->placement;
  portrait.camera = photo_camera(portrait.shot, options.width, options.height);
  return portrait;
}

Box everything(const Intrinsics& camera) {
  return {0, 0, static_cast<float>(camera.width), static_cast<float>(camera.height)};
}

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
    Vec3 colour = mix(top_, bottom_, smoothstep(0.1f, 1, v));
    colour =
        mix(colour, shape_, 0.7f * smoothstep(0.35f, 0.75f, value_noise({u * 2.2f, v * 2.2f, 0}, seed_)));
    colour = colour * (0.8f + 0.4f * value_noise({u * 6, v * 6, 1}, seed_ + 1));
    for (const Disc& disc : discs_) {
      const float dx = x - disc.centre.x, dy = y - disc.centre.y, r = std::sqrt(dx * dx + dy * dy);
      colour += disc.colour * (1 - smoothstep(0.86f * disc.radius, 1.06f * disc.radius, r));
    }
    return colour;
  }

 private:
  struct Disc {
    Vec2 centre{};
    float radius = 0;
    Vec3 colour{};
  };
  float width_, height_;
  Vec3 top_, bottom_, shape_;
  std::uint32_t seed_ = 0;
  std::vector<Disc> discs_;
};

void write_png(const std::filesystem::path& file, const Image& image) {
  png_image png{};
  png.version = PNG_IMAGE_VERSION;
  png.width = static_cast<png_uint_32>(image.width());
  png.height = static_cast<png_uint_32>(image.height());
  png.format = image.channels() == 4 ? PNG_FORMAT_RGBA : PNG_FORMAT_RGB;
  std::filesystem::path temporary = file;
  temporary += ".part";
  if (!png_image_write_to_file(&png, temporary.c_str(), 0, image.row(0), 0, nullptr))
    throw Error(ErrorCode::unwritable, file.string() + ": " + png.message + "; is the folder writable?");
  std::filesystem::rename(temporary, file);
}

void write_depth(const std::filesystem::path& file, const PixelBuffer& pixels) {
  std::ofstream stream(file, std::ios::binary);
  stream << npy_header("'<f4'",
                       {static_cast<std::size_t>(pixels.height()), static_cast<std::size_t>(pixels.width())});
  for (const Pixel& pixel : pixels.values())
    stream.write(reinterpret_cast<const char*>(&pixel.depth), sizeof pixel.depth);
  if (!stream.flush()) throw Error(ErrorCode::unwritable, file.string() + ": cannot be written");
}

}  // namespace

void write_sample(const StudioOptions& options) {
  const Catalogue catalogue(options.parts);
  const Portrait portrait = make_portrait(catalogue, options);
  const Random random(options.seed);
  Renderer renderer;
  PixelBuffer pixels;
  renderer.render(portrait.person.scene, portrait.placement, portrait.camera, options.samples,
                  everything(portrait.camera), pixels);
  Plane<Vec3> light;
  shade(portrait.person.scene, portrait.placement, portrait.camera, choose_studio(random.fork("studio")),
        random.fork("shade"), pixels, light);
  const Background background(random.fork("background"), options.width, options.height);
  Random grain = random.fork("grain");
  Image image(options.width, options.height, 3);
  for (int y = 0; y < options.height; ++y) {
    for (int x = 0; x < options.width; ++x) {
      const Vec3 behind = background.at(static_cast<float>(x), static_cast<float>(y));
      const float noise = 1 + 0.015f * grain.normal();
      const Vec3 colour = mix(behind, light(x, y), pixels(x, y).alpha) * noise;
      std::uint8_t* out = image.pixel(x, y);
      out[0] = developed(colour.x);
      out[1] = developed(colour.y);
      out[2] = developed(colour.z);
    }
  }
  write_png(options.out, image);
}

void write_views(const StudioOptions& options, const std::vector<Vec3>& offsets) {
  const Catalogue catalogue(options.parts);
  const Portrait portrait = make_portrait(catalogue, options);
  const Random random(options.seed);
  const Studio studio = choose_studio(random.fork("studio"));
  nlohmann::json description{
      {"seed", options.seed},
      {"width", options.width},
      {"height", options.height},
      {"intrinsics", {portrait.camera.fx, portrait.camera.fy, portrait.camera.cx, portrait.camera.cy}}};
  std::vector<Vec3> cameras{Vec3{}};
  cameras.insert(cameras.end(), offsets.begin(), offsets.end());
  Renderer renderer;
  PixelBuffer pixels;
  Plane<Vec3> light;
  for (std::size_t k = 0; k < cameras.size(); ++k) {
    CameraPlacement placement = portrait.placement;
    placement.position += transposed(placement.camera_from_scene) * cameras[k];
    renderer.render(portrait.person.scene, placement, portrait.camera, options.samples,
                    everything(portrait.camera), pixels);
    shade(portrait.person.scene, placement, portrait.camera, studio, random.fork("shade"), pixels, light);
    Image image(options.width, options.height, 4);
    for (int y = 0; y < options.height; ++y) {
      for (int x = 0; x < options.width; ++x) {
        std::uint8_t* out = image.pixel(x, y);
        const Vec3 colour = light(x, y);
        out[0] = developed(colour.x);
        out[1] = developed(colour.y);
        out[2] = developed(colour.z);
        out[3] = static_cast<std::uint8_t>(std::lround(pixels(x, y).alpha * 255));
      }
    }
    const std::string stem = options.out.string() + "-" + std::to_string(k);
    write_png(stem + ".png", image);
    write_depth(stem + ".npy", pixels);
    description["cameras"].push_back({cameras[k].x, cameras[k].y, cameras[k].z});
  }
  std::ofstream stream(options.out.string() + ".json");
  stream << description.dump(2) << '\n';
  if (!stream.flush()) throw Error(ErrorCode::unwritable, options.out.string() + ".json: cannot be written");
}

}  // namespace portrait_depth::people
