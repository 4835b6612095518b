// Anchors of props on the base mesh, and the regions of hats and scarves. They are found once on the
// unmorphed base mesh by position, and follow its vertices through morphing and posing.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "mesh.hpp"

namespace portrait_depth::people {

struct Landmarks {
  std::uint32_t forehead = 0, bridge = 0, top = 0, lips = 0, chin = 0;
  std::uint32_t nose_tip = 0, nose_bridge = 0, chin_front = 0;
  std::array<std::uint32_t, 2> eye_corner{};              ///< The outer ones: left, right.
  std::array<std::uint32_t, 2> upper_lid{}, lower_lid{};  ///< Middle of the lids\' margins: left, right.
  std::array<std::uint32_t, 2> temple{}, ear_top{}, ear_canal{};  ///< Left, right.
  std::vector<float> cap{}, beanie{}, headscarf{};  ///< Per base vertex, distance inside the edge, metres.
  std::vector<std::uint8_t> ear{};                  ///< Per base vertex, 1 on an ear.
  std::vector<float>
      throat{};  ///< Per base vertex, 1 in the middle of the throat, 0 at chin, collar and nape.
  std::array<std::uint32_t, 24> neck_ring{};  ///< Around the neck's base, from the front to the left.
  std::array<std::uint32_t, 9> chest_line{};  ///< From the neck's base down the left of the chest.
};

/// `base` in decimetres, as in its file.
Landmarks find_landmarks(const Mesh& base);

}  // namespace portrait_depth::people
