// A shot: posture, camera and the photo's frame, drawn at random.
#pragma once

#include <cstdint>

#include "random.hpp"
#include "vectors.hpp"

namespace portrait_depth::people {

enum class Arms : std::uint8_t { down, lap, hips, raised, behind_head, chin, chest, face, holding };

/// Upright within a few degrees; leaning forward on a table; leaning back in a chair or on a sofa.
enum class Torso : std::uint8_t { upright, on_elbows, reclining };

enum class HeldKind : std::uint8_t { none, ball, helmet, box, bottle };

/// An object held before chest or belly. Lengths in metres; x to the person's left, y up, z forward of the
/// chest.
struct Held {
  HeldKind kind = HeldKind::none;
  Vec3 half_size{};
  float aside = 0, up = 0;             ///< Its middle against the start of the upper spine's bone.
  float gap = 0;                       ///< Between it and the clothes.
  float yaw = 0, pitch = 0, roll = 0;  ///< Degrees.
};

/// Angles in degrees. Yaw turns to the person's left, pitch turns up, roll tips toward the person's left
/// shoulder; the head's are against the direction to the camera.
struct Shot {
  bool selfie = false;
  float azimuth = 0;                   ///< Of the camera, about the body's front, toward the person's left.
  float elevation = 0;                 ///< Of the camera above the eyes.
  float distance = 0.8f;               ///< Camera to eyes, metres.
  float vertical_view = 50;            ///< Of the photo.
  float aspect = 0.75f;                ///< Photo's width over height.
  float eyes_x = 0.5f, eyes_y = 0.4f;  ///< Place of the eyes in the photo, in widths and heights.
  float camera_roll = 0;
  float head_yaw = 0, head_pitch = 0, head_roll = 0;
  float neck_share = 0.45f;  ///< The neck's share of the head's turn against the chest.
  float throat_drawn = 0;    ///< Move of the throat backward, metres.
  Torso torso = Torso::upright;
  float lean = 0;  ///< Torso forward.
  float lean_side = 0, twist = 0;
  float slump = 0;  ///< Extra bend of the upper back.
  float shoulders_forward = 0, shoulders_up[2] = {0, 0};
  bool seated = false;
  Arms arms[2] = {Arms::down, Arms::down};  ///< Left, right; the selfie's arm is `selfie_side`.
  int selfie_side = 0;
  bool phone = false;  ///< Held by the arm that is before chest or face.
  Held held{};         ///< By the arms that are `holding`.
  bool second_person = false;
  float crop_shift_x = 0, crop_shift_y = 0,
        crop_scale = 1;  ///< Errors of the person's box, in its longer side.
};

/// `below` are phones held low: under the chin of a level head, or before a head tipped back.
enum class ShotKind : std::uint8_t { any, below };

Shot choose_shot(Random random, ShotKind kind = ShotKind::any);

}  // namespace portrait_depth::people
