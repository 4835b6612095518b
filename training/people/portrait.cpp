#include "portrait.hpp"

#include <algorithm>
#include <cmath>

#include "framing.hpp"
#include "person.hpp"
#include "portrait_depth/error.hpp"

namespace portrait_depth::people {
namespace {

constexpr int kAttempts = 24;
constexpr int kLeastHeadPixels = 250;

std::array<Vec3, kKeyLights> choose_lights(Random random) {
  std::array<Vec3, kKeyLights> lights;
  for (Vec3& light : lights) {
    do light = normalized(Vec3{random.normal(), random.normal() - 0.6f, random.normal() - 0.5f});
    while (light.y > 0.6f);  // seldom from below
  }
  return lights;
}

bool is_head_surface(const Pixel& pixel) {
  return pixel.head && pixel.alpha >= 0.5f &&
         (pixel.label == Label::skin || pixel.label == Label::eye || pixel.label == Label::hair ||
          pixel.label == Label::mouth);
}

struct HeadAngles {
  float yaw = 0, pitch = 0, roll = 0;
};

// Degrees against the camera's axes: yaw to the person's left (the picture's right), pitch up, roll toward
// the person's left shoulder.
HeadAngles head_angles(const CameraPlacement& placement, const Mat3& head) {
  const Vec3 forward = placement.camera_from_scene * (head * Vec3{0, 0, 1});
  const Vec3 left = placement.camera_from_scene * (head * Vec3{1, 0, 0});
  return {degrees(std::atan2(forward.x, -forward.z)), degrees(std::asin(std::clamp(-forward.y, -1.0f, 1.0f))),
          degrees(std::asin(std::clamp(left.y, -1.0f, 1.0f)))};
}

Labels describe(const Traits& traits, const Shot& shot, const Framing& framing, const Person& person,
                float distance) {
  const HeadAngles head = head_angles(framing.placement, person.head);
  const float crop_width = static_cast<float>(framing.window.width) * distance / framing.window.fx;
  const float crop = crop_width < 0.32f ? 0.0f : crop_width < 0.75f ? 1.0f : 2.0f;
  const Vec3 axis = framing.placement.camera_from_scene.z;  // of the photo, in the scene
  const auto flag = [](bool value) { return value ? 1.0f : 0.0f; };
  return {{"sex", traits.macro.sex},
          {"age", traits.macro.age},
          {"skin_tone", traits.skin_tone},
          {"african", traits.macro.african},
          {"asian", traits.macro.asian},
          {"caucasian", traits.macro.caucasian},
          {"weight", traits.macro.weight},
          {"skin", static_cast<float>(traits.skin)},
          {"hair", static_cast<float>(traits.hair.mesh)},
          {"hair_luminance", luminance(traits.hair.color)},
          {"suit", static_cast<float>(traits.suit.mesh)},
          {"outer", traits.outer.thickness},
          {"neckwear", static_cast<float>(traits.outer.neckwear)},
          {"glasses", static_cast<float>(traits.glasses)},
          {"glasses_tint", traits.glasses_tint},
          {"hat", static_cast<float>(traits.headwear)},
          {"beard", static_cast<float>(traits.beard.kind)},
          {"earphones", flag(traits.earphones)},
          {"mouth_open", traits.mouth_open},
          {"eyes_closed", traits.eyes_closed},
          {"yaw", head.yaw},
          {"pitch", head.pitch},
          {"roll", head.roll},
          {"crop", crop},
          {"crop_width", crop_width},
          {"elevation", shot.elevation},
          {"azimuth", shot.azimuth},
          {"distance", length(person.camera - person.eyes)},
          {"vertical_view", shot.vertical_view},
          {"camera_pitch", degrees(std::asin(std::clamp(axis.y, -1.0f, 1.0f)))},
          {"torso", static_cast<float>(shot.torso)},
          {"lean", shot.lean},
          {"slump", shot.slump},
          {"seated", flag(shot.seated)},
          {"selfie", flag(shot.selfie)},
          {"arm_left", static_cast<float>(shot.arms[0])},
          {"arm_right", static_cast<float>(shot.arms[1])},
          {"phone", flag(shot.phone)},
          {"held", static_cast<float>(shot.held.kind)},
          {"second_person", flag(shot.second_person)}};
}

}  // namespace

float head_distance(const PixelBuffer& pixels) {
  std::vector<float> depths;
  for (const Pixel& pixel : pixels.values())
    if (is_head_surface(pixel)) depths.push_back(pixel.depth);
  if (depths.size() < kLeastHeadPixels) return 0;
  const auto middle = depths.begin() + static_cast<std::ptrdiff_t>(depths.size() / 2);
  std::nth_element(depths.begin(), middle, depths.end());
  return *middle;
}

const Record& PortraitMaker::make(std::uint64_t seed) {
  const Random random(seed);
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    const Random again = random.fork("attempt " + std::to_string(attempt));
    const Traits traits = choose_traits(again.fork("traits"), catalog_, split_);
    const Shot shot = choose_shot(again.fork("shot"), shots_);
    const Person person = build_person(catalog_, traits, shot, split_, again.fork("person"));
    const auto framing =
        frame_shot(person.scene, person.eyes, person.camera, shot, kWindowWidth, kWindowHeight);
    if (!framing) continue;
    renderer_.render(person.scene, framing->placement, framing->window, samples_, framing->photo,
                     record_.pixels);
    record_.head_distance = head_distance(record_.pixels);
    if (record_.head_distance <= 0) continue;
    record_.lights = choose_lights(again.fork("lights"));
    lighting_.light(person.scene, framing->placement, framing->window, record_.lights, {},
                    again.fork("occlusion"), record_.pixels);
    record_.window = framing->window;
    record_.labels = describe(traits, shot, *framing, person, record_.head_distance);
    record_.seed = seed;
    return record_;
  }
  throw Error(ErrorCode::invalid_argument,
              "seed " + std::to_string(seed) + ": no shot shows enough of the head; choose another seed");
}

std::uint64_t person_seed(std::uint64_t run_seed, Split split, std::uint64_t index) {
  // The top bit separates the splits for all seeds and indices.
  const std::uint64_t hashed = mix_bits(mix_bits(run_seed + 0x9E3779B97F4A7C15ull) + index) >> 1;
  return split == Split::test ? hashed | (1ull << 63) : hashed;
}

std::vector<std::pair<std::string, std::string>> label_meanings() {
  return {{"sex", "0 female .. 1 male"},
          {"age", "years"},
          {"skin_tone", "Monk scale, 1 light .. 10 dark"},
          {"african, asian, caucasian", "shares of the race bases, sum 1"},
          {"weight", "0 thin .. 1 heavy"},
          {"skin, hair, suit", "index into `parts`; hair -1 is bald"},
          {"hair_luminance", "linear"},
          {"outer", "thickness of pullover or jacket, metres; 0 none"},
          {"neckwear", "0 none, 1 collar, 2 scarf, 3 hood"},
          {"glasses", "0 none, 1 round, 2 square, 3 wide, 4 half rim"},
          {"glasses_tint", "opacity of the lenses"},
          {"hat", "0 none, 1 fedora, 2 cap, 3 beanie, 4 headscarf, 5 headphones"},
          {"beard", "0 none, 1 stubble, 2 moustache, 3 goatee, 4 full"},
          {"mouth_open, eyes_closed", "0 .. 1"},
          {"yaw, pitch, roll",
           "head against the camera's axes, degrees: to the person's left, up, toward the left shoulder"},
          {"crop", "0 face, 1 head and shoulders, 2 half body"},
          {"crop_width", "width of the window at the head's distance, metres"},
          {"elevation, azimuth",
           "direction of the camera from the eyes: above them, toward the body's left; degrees"},
          {"distance", "camera to eyes, metres"},
          {"vertical_view", "of the photo, degrees"},
          {"camera_pitch", "of the photo's axis above the horizon, degrees"},
          {"torso", "0 upright, 1 on elbows, 2 reclining"},
          {"lean, slump", "torso forward, upper back bent; degrees"},
          {"arm_left, arm_right",
           "0 down, 1 lap, 2 hips, 3 raised, 4 behind head, 5 at chin, 6 before chest, 7 before face, "
           "8 holding"},
          {"held", "0 nothing, 1 ball, 2 helmet, 3 box, 4 bottle"},
          {"seated, selfie, phone, second_person, earphones", "0 or 1"}};
}

}  // namespace portrait_depth::people
