#include "studio_portrait.hpp"

#include <cmath>

#include "camera/intrinsics.hpp"
#include "framing.hpp"
#include "portrait_depth/error.hpp"
#include "refine.hpp"
#include "traits.hpp"

namespace portrait_depth::people {
namespace {

// A calm portrait: head and shoulders, facing the camera approximately.
Shot portrait_shot(Random random, float aspect) {
  Shot shot = choose_shot(random.fork("shot"));
  shot.selfie = shot.second_person = shot.phone = false;
  shot.held = {};
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
  return centered_camera(width, height, focal);
}

}  // namespace

StudioPortrait make_studio_portrait(const Catalog& catalog, const StudioOptions& options) {
  const Random random(options.seed);
  const Shot shot = portrait_shot(random.fork("portrait"),
                                  static_cast<float>(options.width) / static_cast<float>(options.height));
  return make_studio_portrait(catalog, options, choose_traits(random.fork("traits"), catalog, options.split),
                              shot, choose_studio(random.fork("studio")));
}

StudioPortrait make_studio_portrait(const Catalog& catalog, const StudioOptions& options,
                                    const Traits& traits, const Shot& shot, const Studio& studio) {
  StudioPortrait portrait;
  portrait.person = build_person(catalog, traits, shot, options.split, Random(options.seed).fork("person"));
  for (SceneObject& object : portrait.person.scene.objects) {
    if (object.label == Label::hair || object.label == Label::hard) continue;
    refine(object);
    if (object.label == Label::skin) refine(object);
  }
  const auto framing = frame_shot(portrait.person.scene, portrait.person.eyes, portrait.person.camera, shot,
                                  options.width, options.height);
  if (!framing)
    throw Error(ErrorCode::invalid_argument,
                "seed " + std::to_string(options.seed) + ": no person in view; choose another seed");
  portrait.placement = framing->placement;
  portrait.camera = photo_camera(shot, options.width, options.height);
  portrait.studio = studio;
  return portrait;
}

Box whole_picture(const Intrinsics& camera) {
  return {0, 0, static_cast<float>(camera.width), static_cast<float>(camera.height)};
}

}  // namespace portrait_depth::people
