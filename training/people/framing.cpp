#include "framing.hpp"

#include <cmath>
#include <numbers>

#include "camera/intrinsics.hpp"
#include "depth/crop.hpp"

namespace portrait_depth::people {
namespace {

constexpr int kLeastPersonShare = 50;  // a person covers at least 1 of so many pixels of the photo
constexpr float kPhotoHeight = 224;    // pixels of the coarse picture that finds the box

CameraPlacement place(Vec3 eyes, Vec3 camera_position, const Shot& shot, const Intrinsics& photo) {
  CameraPlacement placement = look_along(camera_position, eyes - camera_position, radians(shot.camera_roll));
  const Vec3 eyes_seen =
      normalized(Vec3{(shot.eyes_x * static_cast<float>(photo.width) - photo.cx) / photo.fx,
                      (shot.eyes_y * static_cast<float>(photo.height) - photo.cy) / photo.fy, 1});
  placement.camera_from_scene = rotation_between({0, 0, 1}, eyes_seen) * placement.camera_from_scene;
  return placement;
}

std::optional<Box> visible_box(const Scene& scene, const CameraPlacement& placement,
                               const Intrinsics& photo) {
  VisibilityBuffer seen;
  seen.clear(photo.width, photo.height);
  std::vector<ScreenVertex> screen;
  for (const SceneObject& object : scene.objects) {
    screen.clear();
    for (const Vec3& point : object.positions) {
      const Vec3 p = placement.to_camera(point);
      const float inv_z = p.z > kNearest ? 1 / p.z : 0;
      screen.push_back({p.x * inv_z * photo.fx + photo.cx, p.y * inv_z * photo.fy + photo.cy, inv_z});
    }
    draw(screen, object.indices, {}, seen);
  }
  int left = photo.width, right = -1, top = photo.height, bottom = -1, count = 0;
  for (int y = 0; y < photo.height; ++y) {
    for (int x = 0; x < photo.width; ++x) {
      if (seen.triangle(x, y) == kNoTriangle) continue;
      left = std::min(left, x);
      right = std::max(right, x);
      top = std::min(top, y);
      bottom = std::max(bottom, y);
      ++count;
    }
  }
  if (count < photo.width * photo.height / kLeastPersonShare) return std::nullopt;
  return Box{static_cast<float>(left), static_cast<float>(top), static_cast<float>(right - left + 1),
             static_cast<float>(bottom - top + 1)};
}

}  // namespace

std::optional<Framing> frame_shot(const Scene& scene, Vec3 eyes, Vec3 camera_position, const Shot& shot,
                                  int window_width, int window_height) {
  const Intrinsics photo = centered_camera(
      static_cast<int>(std::lround(kPhotoHeight * shot.aspect)), static_cast<int>(kPhotoHeight),
      kPhotoHeight / 2 / std::tan(shot.vertical_view * std::numbers::pi_v<float> / 360));

  Framing framing{.placement = place(eyes, camera_position, shot, photo), .window = {}, .photo = {}};
  std::optional<Box> person = visible_box(scene, framing.placement, photo);
  if (!person) return std::nullopt;
  // The errors of a segmenter's box.
  const float longer = std::max(person->width, person->height);
  const float grown_width = person->width * shot.crop_scale, grown_height = person->height * shot.crop_scale;
  person->x += shot.crop_shift_x * longer + (person->width - grown_width) / 2;
  person->y += shot.crop_shift_y * longer + (person->height - grown_height) / 2;
  person->width = grown_width;
  person->height = grown_height;
  const Box crop =
      crop_around_person(*person, static_cast<float>(window_width) / static_cast<float>(window_height));
  const float scale = static_cast<float>(window_width) / crop.width;
  framing.window = {
      photo.fx * scale, photo.fy * scale, (photo.cx - crop.x) * scale, (photo.cy - crop.y) * scale,
      window_width,     window_height};
  framing.photo = {-crop.x * scale, -crop.y * scale, static_cast<float>(photo.width) * scale,
                   static_cast<float>(photo.height) * scale};
  return framing;
}

}  // namespace portrait_depth::people
