#include "views.hpp"

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>

#include "backdrop.hpp"
#include "camera_views.hpp"
#include "portrait.hpp"
#include "portrait_depth/error.hpp"
#include "portrait_depth/io.hpp"
#include "record.hpp"

namespace portrait_depth::people {
namespace {

void write_depth(const std::filesystem::path& file, const PixelBuffer& pixels) {
  std::ofstream stream(file, std::ios::binary);
  stream << npy_header("'<f4'",
                       {static_cast<std::size_t>(pixels.height()), static_cast<std::size_t>(pixels.width())});
  for (const Pixel& pixel : pixels.values())
    stream.write(reinterpret_cast<const char*>(&pixel.depth), sizeof pixel.depth);
  if (!stream.flush())
    throw Error(ErrorCode::unwritable, file.string() + ": cannot be written; is the disk full?");
}

// The portrait from one more camera, not lit yet.
ShadedView drawn(const StudioPortrait& portrait, const CameraView& camera, int samples, Renderer& renderer) {
  ShadedView view{.placement = portrait.placement, .camera = camera.camera};
  view.placement.position += transposed(view.placement.camera_from_scene) * camera.position;
  view.placement.camera_from_scene = camera.view_from_photo * view.placement.camera_from_scene;
  renderer.render(portrait.person.scene, view.placement, view.camera, samples, whole_picture(view.camera),
                  view.pixels);
  return view;
}

float farthest(const PixelBuffer& pixels) {
  float depth = 0;
  for (const Pixel& pixel : pixels.values()) depth = std::max(depth, pixel.depth);
  return depth;
}

// Behind the head by about its distance, and behind all of the person.
float choose_background_metres(Random random, float head_metres, const PixelBuffer& photo) {
  return std::max(random.between(1.4f, 2.2f) * head_metres, 1.1f * farthest(photo));
}

Image developed_picture(const ShadedView& view, float exposure, const Plane<Vec3>* behind) {
  const PixelBuffer& pixels = view.pixels;
  Image image(pixels.width(), pixels.height(), behind == nullptr ? 4 : 3);
  for (int y = 0; y < image.height(); ++y)
    for (int x = 0; x < image.width(); ++x) {
      Vec3 color = view.light(x, y) * exposure;
      std::uint8_t* out = image.pixel(x, y);
      if (behind != nullptr)
        color = mix((*behind)(x, y), color, pixels(x, y).alpha);
      else
        out[3] = static_cast<std::uint8_t>(std::lround(pixels(x, y).alpha * 255));
      out[0] = developed(color.x);
      out[1] = developed(color.y);
      out[2] = developed(color.z);
    }
  return image;
}

void write_mask(const std::string& file, const PixelBuffer& pixels, float (*value)(const Pixel&)) {
  Plane<float> mask(pixels.width(), pixels.height());
  std::transform(pixels.values().begin(), pixels.values().end(), mask.values().begin(), value);
  save_mask(mask, file);
}

float coverage(const Pixel& pixel) {
  return pixel.alpha;
}

float label_as_gray(const Pixel& pixel) {
  return static_cast<float>(pixel.label) / 255;
}

void write_view(const std::string& name, const ShadedView& view, float exposure, const Plane<Vec3>* behind) {
  save_image(developed_picture(view, exposure, behind), name + ".png");
  if (behind != nullptr) write_mask(name + "-mask.png", view.pixels, coverage);
  write_mask(name + "-labels.png", view.pixels, label_as_gray);
  write_depth(name + ".npy", view.pixels);
}

void write_description(const std::filesystem::path& file, const nlohmann::json& description) {
  std::ofstream stream(file);
  stream << description.dump(2) << '\n';
  if (!stream.flush())
    throw Error(ErrorCode::unwritable, file.string() + ": cannot be written; is the disk full?");
}

nlohmann::json as_json(const Vec3& v) {
  return {v.x, v.y, v.z};
}

}  // namespace

void write_views(const ViewsOptions& options) {
  const StudioOptions& studio = options.studio;
  const Catalog catalog(studio.parts, studio.faces);
  const Random random(studio.seed);
  const StudioPortrait portrait = make_studio_portrait(catalog, studio);
  const Intrinsics& camera = portrait.camera;
  Renderer renderer;
  std::vector<CameraPose> poses{CameraPose{}};
  std::vector<ShadedView> views{drawn(portrait, view_of(poses[0], camera), studio.samples, renderer)};
  const float head_metres = head_distance(views[0].pixels);
  if (!(head_metres > 0))
    throw Error(ErrorCode::invalid_argument, "seed " + std::to_string(studio.seed) +
                                                 ": too little of the head is visible; choose another seed");
  const float background_metres =
      choose_background_metres(random.fork("background distance"), head_metres, views[0].pixels);

  for (const Vec3& offset : options.offsets)
    poses.push_back({.position = offset, .look_at = offset + Vec3{0, 0, 1}});
  if (!options.preset.empty())
    for (const CameraPose& pose :
         preset_poses(options.preset, options.frames, camera, head_metres, background_metres))
      poses.push_back(pose);
  for (std::size_t k = 1; k < poses.size(); ++k)
    views.push_back(drawn(portrait, view_of(poses[k], camera), studio.samples, renderer));
  shade(portrait.person.scene, portrait.studio, random.fork("shade"), views);

  std::optional<Backdrop> backdrop;
  if (!options.background.empty())
    backdrop.emplace(options.background, random.fork("backdrop"), camera, background_metres);
  nlohmann::json description{{"seed", studio.seed},
                             {"width", camera.width},
                             {"height", camera.height},
                             {"intrinsics", {camera.fx, camera.fy, camera.cx, camera.cy}},
                             {"head_metres", head_metres}};
  if (backdrop) description["background_metres"] = background_metres;
  const float exposure = exposure_of(views[0].pixels, views[0].light);
  Plane<Vec3> behind;
  for (std::size_t k = 0; k < poses.size(); ++k) {
    if (backdrop) backdrop->render(view_of(poses[k], camera), behind);
    write_view(studio.out.string() + "-" + std::to_string(k), views[k], exposure,
               backdrop ? &behind : nullptr);
    description["cameras"].push_back({{"position", as_json(poses[k].position)},
                                      {"look_at", as_json(poses[k].look_at)},
                                      {"zoom", poses[k].zoom}});
  }
  write_description(studio.out.string() + ".json", description);
}

}  // namespace portrait_depth::people
