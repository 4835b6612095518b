#include "photo3d/original.hpp"

#include <gtest/gtest.h>

#include "portrait_depth/photo3d.hpp"
#include "synthetic_portrait.hpp"

namespace portrait_depth {
namespace {

Photo3D build_original(const SyntheticPortrait& p) {
  Photo3DOptions options;
  options.scene = SceneKind::original;
  options.threads = 2;
  return Photo3D::build(p.photo, p.metres, p.mask, p.intrinsics, kHeadMetres, options);
}

bool is_green(const std::uint8_t* pixel) {
  return pixel[1] > 130 && pixel[0] < 100 && pixel[2] < 100;
}

TEST(Original, IsAGridOf192By256CellsInFrontOfThePlane) {
  const SyntheticPortrait p = make_portrait();
  const Photo3D photo = build_original(p);
  const float unit_metres = kHeadMetres / 10.5f;
  float nearest = 1e9f, farthest = 0;
  for (std::size_t i = 0; i < photo.person_mesh().positions.size(); ++i) {
    const Vec3& at = photo.person_mesh().positions[i];
    const auto& uv = photo.person_mesh().texture_coordinates[i];
    ASSERT_NEAR(at.x, (uv[0] - 0.5f) * 256 * 0.025f * 160 / 200 * unit_metres, 1e-4f)
        << "pushed straight back";
    ASSERT_NEAR(uv[0] * 192, std::round(uv[0] * 192), 1e-3f);
    ASSERT_NEAR(uv[1] * 256, std::round(uv[1] * 256), 1e-3f);
    nearest = std::min(nearest, at.z / unit_metres);
    farthest = std::max(farthest, at.z / unit_metres);
  }
  // The demo's numbers: value = (metres / 2 - 0.2) / 0.7, moved back by 5 from a camera at 9.5.
  EXPECT_NEAR(nearest, 9.5f + 5 * (0.74f / 2 - 0.2f) / 0.7f, 0.02f);
  EXPECT_NEAR(farthest, 9.5f + 5 * (kShoulderMetres / 2 - 0.2f) / 0.7f, 0.02f);
  EXPECT_NEAR(photo.background_mesh().positions[0].z / unit_metres, 12.2f, 0.01f);
}

TEST(Original, ThePersonStaysInTheBackgroundsTexture) {
  const SyntheticPortrait p = make_portrait();
  const Photo3D photo = build_original(p);
  const Image& behind = photo.background_texture();
  EXPECT_TRUE(is_green(behind.pixel(80, 84))) << "the head is still there";
  EXPECT_EQ(mean_difference(behind, p.photo), 0);
}

TEST(Original, OnRaysItShowsThePhotoFromThePhotosCamera) {
  const SyntheticPortrait p = make_portrait();
  const Mesh mesh = make_original_grid_on_rays(p.metres, p.mask, p.intrinsics);
  ASSERT_FALSE(mesh.positions.empty());
  for (std::size_t i = 0; i < mesh.positions.size(); ++i) {
    const Vec3& at = mesh.positions[i];
    EXPECT_NEAR(p.intrinsics.fx * at.x / at.z + p.intrinsics.cx, mesh.texture_coordinates[i][0] * 160, 1e-2f);
    EXPECT_NEAR(p.intrinsics.fy * at.y / at.z + p.intrinsics.cy, mesh.texture_coordinates[i][1] * 200, 1e-2f);
  }
}

}  // namespace
}  // namespace portrait_depth
