// The skeleton: joints found on the morphed body, poses, and skinning.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "mesh.hpp"

namespace portrait_depth::people {

/// The strongest bones of a vertex; weights sum to 1, unused ones are 0.
struct SkinWeights {
  std::array<std::uint8_t, 4> bone{};
  std::array<float, 4> weight{};
};

/// Bones are in an order with parents first.
class Rig {
 public:
  /// `base` is the base mesh, with the joint groups of the rig's file.
  Rig(const std::filesystem::path& rig_file, const std::filesystem::path& weights_file, const Mesh& base);

  int bone_count() const { return static_cast<int>(bones_.size()); }
  /// Throws Error if the rig has no such bone.
  int bone(const std::string& name) const;
  int parent(int bone) const { return bones_[bone].parent; }
  const std::vector<SkinWeights>& weights() const { return weights_; }
  /// The start of each bone, on a body's (morphed, unposed) vertices.
  std::vector<Vec3> joints(const std::vector<Vec3>& rest) const;

 private:
  struct Bone {
    std::string name{};
    int parent = -1;
    std::vector<std::uint32_t> head_vertices{};
  };
  std::vector<Bone> bones_;
  std::vector<SkinWeights> weights_;
};

/// Adds weights of several vertices (`shares` need not be normalized; negative ones count as 0),
/// keeping the strongest four bones.
SkinWeights blend(const std::array<const SkinWeights*, 3>& sources, const std::array<float, 3>& shares);

/// A pose under construction. Directions are those of the unposed body: x to the person's left, y up, z
/// forward.
class Pose {
 public:
  Pose(const Rig& rig, std::vector<Vec3> joints);

  /// Turns a bone against its parent, about the bone's start; later calls turn further, in the parent's
  /// frame.
  void turn(const std::string& bone, const Mat3& rotation);
  /// Sets a bone's orientation in the body's frame.
  void face(const std::string& bone, const Mat3& orientation);
  Mat3 orientation(const std::string& bone) const { return moves_[rig_->bone(bone)].rotation; }
  Vec3 joint(const std::string& bone) const;  ///< The bone's start in this pose.
  Vec3 rest_joint(const std::string& bone) const { return joints_[rig_->bone(bone)]; }
  /// Two-bone reach: puts the start of `end` at `target` as far as the bones' lengths allow, the middle joint
  /// bent toward `pole`.
  void reach(const std::string& upper, const std::string& lower, const std::string& end, Vec3 target,
             Vec3 pole);
  /// The move of each bone from the unposed body.
  const std::vector<Rigid>& moves() const { return moves_; }

 private:
  void update();
  const Rig* rig_;
  std::vector<Vec3> joints_;
  std::vector<Mat3> local_;
  std::vector<Rigid> moves_;
};

/// Linear blend skinning.
void skin(const std::vector<Vec3>& rest, const std::vector<SkinWeights>& weights,
          const std::vector<Rigid>& moves, std::vector<Vec3>& posed);

}  // namespace portrait_depth::people
