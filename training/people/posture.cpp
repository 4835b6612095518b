#include "posture.hpp"

#include <string>

namespace portrait_depth::people {
namespace {

constexpr Vec3 kLeft{1, 0, 0}, kUp{0, 1, 0}, kForward{0, 0, 1};
constexpr float kChestDepth = 0.13f;  // from the upper spine to the breastbone, metres

Mat3 yaw(float angle) {
  return rotation(kUp, radians(angle));
}
Mat3 pitch_up(float angle) {
  return rotation(kLeft, radians(-angle));
}
Mat3 tip_left(float angle) {
  return rotation(kForward, radians(-angle));
}

void pose_torso(const Shot& shot, Pose& pose) {
  const auto share = [&](const std::string& bone, float lean, float twist, float side) {
    pose.turn(bone, yaw(shot.twist * twist) * tip_left(shot.lean_side * side) * pitch_up(-shot.lean * lean));
  };
  share("pelvis", 0.5f, 0.1f, 0.3f);
  share("spine_01", 0.15f, 0.2f, 0.2f);
  share("spine_02", 0.15f, 0.3f, 0.25f);
  share("spine_03", 0.2f, 0.4f, 0.25f);
  pose.turn("spine_03", pitch_up(-shot.slump));
  const float forward = shot.shoulders_forward;
  pose.turn("clavicle_l", yaw(-forward) * tip_left(-shot.shoulders_up[0]));
  pose.turn("clavicle_r", yaw(forward) * tip_left(shot.shoulders_up[1]));
}

void pose_head(const Shot& shot, Pose& pose) {
  const float up = std::clamp(shot.elevation + shot.head_pitch, -55.0f, 70.0f);
  const Mat3 wanted = yaw(shot.azimuth + shot.head_yaw) * pitch_up(up) * tip_left(shot.head_roll);
  const Mat3 chest = pose.orientation("spine_03");
  const Mat3 relative = transposed(chest) * wanted;
  const float cosine = std::clamp((relative.x.x + relative.y.y + relative.z.z - 1) * 0.5f, -1.0f, 1.0f);
  const float angle = degrees(std::acos(cosine)), allowed = std::min(angle, 72.0f);
  const Mat3 turn = angle > 1e-3f ? part_of(relative, allowed / angle) : Mat3{};
  pose.face("neck_01", chest * part_of(turn, shot.neck_share));
  pose.face("head", chest * turn);
}

void pose_legs(const Shot& shot, Pose& pose, Random& random) {
  if (!shot.seated) return;
  for (const char* side : {"_l", "_r"}) {
    const float bend = random.between(60, 95);
    pose.turn(std::string("thigh") + side, pitch_up(bend) * yaw(random.normal(0, 8)));
    pose.turn(std::string("calf") + side, pitch_up(-random.between(50, 100)));
  }
}

void pose_fingers(Pose& pose, int side, float curl, Random& random) {
  const std::string end = side == 0 ? "_l" : "_r";
  const float mirror = side == 0 ? -1.0f : 1.0f;
  const Vec3 wrist = pose.rest_joint("hand" + end);
  const Vec3 palm = normalized(cross(pose.rest_joint("index_01" + end) - wrist,
                                     pose.rest_joint("pinky_01" + end) - wrist)) *
                    mirror;
  for (const char* finger : {"index", "middle", "ring", "pinky"}) {
    const Vec3 along = normalized(pose.rest_joint(finger + std::string("_03") + end) -
                                  pose.rest_joint(finger + std::string("_01") + end));
    const Vec3 axis = normalized(cross(along, palm));
    const float bend = curl * random.between(0.7f, 1.3f);
    for (const char* joint : {"_01", "_02", "_03"})
      pose.turn(finger + std::string(joint) + end, rotation(axis, radians(bend)));
  }
}

struct ArmGoal {
  Vec3 target, pole;
};

ArmGoal arm_goal(const Shot& shot, int side, const Stance& stance, Random& random) {
  const Pose& pose = stance.pose;
  const std::string end = side == 0 ? "_l" : "_r";
  const float out = side == 0 ? 1.0f : -1.0f;
  const Mat3 chest = pose.orientation("spine_03"), hips = pose.orientation("pelvis");
  const Vec3 shoulder = pose.joint("upperarm" + end), pelvis = pose.joint("pelvis");
  const float reach = length(pose.rest_joint("hand" + end) - pose.rest_joint("upperarm" + end));
  const auto local = [&](const Mat3& frame, float x, float y, float z) {
    return frame * Vec3{out * x, y, z};
  };
  const float wobble = random.normal(0, 0.04f);
  switch (shot.arms[side]) {
    case Arms::down:
      return {shoulder + local(chest, random.between(0.05f, 0.45f) * reach, -0.93f * reach,
                               random.between(-0.15f, 0.35f) * reach),
              local(chest, 0.4f, 0, -1)};
    case Arms::lap:
      return {pelvis + local(hips, random.between(-0.05f, 0.15f), random.between(0, 0.25f),
                             random.between(0.22f, 0.4f)),
              local(chest, 1, -0.4f, -0.4f)};
    case Arms::hips:
      return {pelvis + local(hips, 0.2f, 0.1f + wobble, 0.02f), local(chest, 1, 0, -0.4f)};
    case Arms::raised:
      return {shoulder + local(chest, random.between(0.1f, 0.7f) * reach, random.between(0.3f, 0.9f) * reach,
                               random.between(0, 0.5f) * reach),
              local(chest, 1, -0.3f, -0.3f)};
    case Arms::behind_head:
      return {stance.eyes + local(stance.head, 0.05f, 0.02f + wobble, -0.24f),
              local(stance.head, 1, 0.4f, 0.1f)};
    case Arms::chin:
      return {stance.eyes + local(stance.head, 0.04f + wobble, -0.2f, 0.06f), local(chest, 0.5f, -1, 0.2f)};
    case Arms::chest:
      return {pose.joint("spine_03") + local(chest, random.between(-0.08f, 0.1f), random.between(0.02f, 0.2f),
                                             random.between(0.22f, 0.35f)),
              local(chest, 1, -0.7f, -0.2f)};
    case Arms::face: {
      const Vec3 toward = normalized(stance.camera - stance.eyes);
      return {stance.eyes + toward * random.between(0.14f, 0.24f) +
                  local(stance.head, random.between(0, 0.1f), random.between(-0.22f, -0.08f), 0),
              local(chest, 0.7f, -1, 0)};
    }
    case Arms::holding: {  // the wrist below and outside of the object, which begins before the breastbone
      const Held& held = shot.held;
      const Vec3 place = pose.joint("spine_03") + chest * Vec3{held.aside, held.up, kChestDepth + held.gap};
      return {place + local(chest, held.half_size.x + random.between(0, 0.03f),
                            -random.between(0.2f, 0.9f) * held.half_size.y,
                            random.between(0, 1.2f) * held.half_size.z),
              local(chest, 1, -0.6f, -0.3f)};
    }
  }
  return {shoulder, kForward};
}

// Moves the camera of a selfie to within the arm's reach.
void bring_camera_within_reach(const Shot& shot, Stance& stance) {
  const std::string end = shot.selfie_side == 0 ? "_l" : "_r";
  const Vec3 shoulder = stance.pose.joint("upperarm" + end), toward = normalized(stance.camera - stance.eyes);
  const float arm =
      1.05f * (length(stance.pose.rest_joint("hand" + end) - stance.pose.rest_joint("lowerarm" + end)) +
               length(stance.pose.rest_joint("lowerarm" + end) - stance.pose.rest_joint("upperarm" + end)));
  float distance = shot.distance;
  while (distance > 0.26f && length(stance.eyes + toward * distance - shoulder) > arm) distance -= 0.01f;
  stance.camera = stance.eyes + toward * distance;
}

ArmGoal selfie_goal(int side, const Stance& stance, Random& random) {
  const float out = side == 0 ? 1.0f : -1.0f;
  const Mat3 chest = stance.pose.orientation("spine_03");
  const Vec3 toward = normalized(stance.camera - stance.eyes);
  const Vec3 across = normalized(cross(kUp, toward));
  const Vec3 target = stance.camera + across * (out * random.between(0.02f, 0.16f)) +
                      kUp * random.between(-0.14f, 0.02f) + toward * random.between(0, 0.06f);
  return {target, chest * Vec3{out * 0.7f, -1, 0}};
}

}  // namespace

Stance take_stance(const Rig& rig, const std::vector<Vec3>& joints, Vec3 eyes_rest, const Shot& shot,
                   Random random) {
  Stance stance{
      .pose = Pose(rig, joints), .eyes = {}, .head = {}, .camera = {}, .hand = {}, .hand_along = {}};
  Pose& pose = stance.pose;
  pose_torso(shot, pose);
  pose_head(shot, pose);
  pose_legs(shot, pose, random);
  stance.head = pose.orientation("head");
  stance.eyes = pose.moves()[static_cast<std::size_t>(rig.bone("head"))].apply(eyes_rest);
  const float azimuth = radians(shot.azimuth), elevation = radians(shot.elevation);
  const Vec3 toward{std::sin(azimuth) * std::cos(elevation), std::sin(elevation),
                    std::cos(azimuth) * std::cos(elevation)};
  stance.camera = stance.eyes + toward * shot.distance;
  if (shot.selfie) bring_camera_within_reach(shot, stance);
  for (int side = 0; side < 2; ++side) {
    const std::string end = side == 0 ? "_l" : "_r";
    const bool holds_camera = shot.selfie && side == shot.selfie_side;
    const ArmGoal goal =
        holds_camera ? selfie_goal(side, stance, random) : arm_goal(shot, side, stance, random);
    pose.reach("upperarm" + end, "lowerarm" + end, "hand" + end, goal.target, goal.pole);
    pose.turn("hand" + end, rotation(normalized(Vec3{random.normal(), random.normal(), random.normal()}),
                                     radians(random.between(0, 20))));
    pose_fingers(pose, side,
                 shot.arms[side] == Arms::down || shot.arms[side] == Arms::lap ? random.between(8, 35)
                                                                               : random.between(2, 45),
                 random);
    stance.hand[side] = pose.joint("hand" + end);
    stance.hand_along[side] = normalized(pose.joint("middle_01" + end) - pose.joint("hand" + end));
  }
  return stance;
}

}  // namespace portrait_depth::people
