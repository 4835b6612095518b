#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <map>
#include <utility>

#include "../error_of.hpp"
#include "../temporary_folder.hpp"
#include "node_scripts.hpp"
#include "scene.hpp"
#include "scene/subdivide.hpp"

namespace portrait_depth {
namespace {

TEST(Ply, AnotherProgramReadsIt) {
  if (!test::have_viewer_modules())
    GTEST_SKIP() << "three's PLYLoader is missing: run scripts/fetch_three.sh";
  const test::TemporaryFolder folder;
  const auto scene = test::make_scene();
  export_scene(scene.view(), folder / "photo.ply", {});
  const auto read = test::run_node("read_ply.mjs", test::shell_quoted(folder / "photo.ply"));

  const double wall = 32 * 512;  // triangles of 60 x 80 pixels, each halved nine times
  EXPECT_GT(read["triangles"], wall + 4 * 1000) << "the wall's and the person's";
  EXPECT_LT(read["triangles"], wall + 8 * 48 * 64 * 2) << "transparent triangles are omitted";
  EXPECT_LT(read["largestIndex"], read["vertices"]);
  // The wall at 2.5 m reaches farthest; its edges are the photo's, y is up.
  const Intrinsics camera = test::scene_camera();
  EXPECT_NEAR(read["min"][0], -camera.cx / camera.fx * 2.5f, 1e-4);
  EXPECT_NEAR(read["max"][1], camera.cy / camera.fy * 2.5f, 1e-4);
  EXPECT_NEAR(read["min"][2], -2.5, 1e-6);
  EXPECT_NEAR(read["max"][2], -0.9, 1e-2) << "the middle of the person is nearest";
}

TEST(Ply, ColorsAreTheTextures) {
  if (!test::have_viewer_modules())
    GTEST_SKIP() << "three's PLYLoader is missing: run scripts/fetch_three.sh";
  const test::TemporaryFolder folder;
  const auto scene = test::make_scene();
  SceneView view = scene.view();
  export_scene(view, folder / "photo.ply", {});
  const auto read = test::run_node("read_ply.mjs", test::shell_quoted(folder / "photo.ply"));
  // The first vertex is the wall's upper left corner: sRGB (40, 70, 120), which the loader returns in linear
  // light.
  EXPECT_NEAR(read["firstColor"][0], 0.0212, 4e-3);
  EXPECT_NEAR(read["firstColor"][1], 0.0612, 4e-3);
  EXPECT_NEAR(read["firstColor"][2], 0.1878, 4e-3);
}

TEST(Ply, TrianglesAreHalvedTogetherUntilTheyAreSmall) {
  const Mesh two = {
      {{0, 0, 1}, {2, 0, 1}, {0, 1, 2}, {2, 1, 2}}, {{0, 0}, {1, 0}, {0, 1}, {1, 1}}, {0, 1, 2, 1, 3, 2}};
  for (const float texels : {1e6f, 30.0f, 9.0f, 2.0f}) {
    const Mesh many = subdivide(two, 64, 20, texels);
    std::map<std::pair<std::uint32_t, std::uint32_t>, int> sides;
    float area = 0;
    for (std::size_t i = 0; i < many.indices.size(); i += 3) {
      std::array<std::array<float, 2>, 3> at{};
      for (std::size_t k = 0; k < 3; ++k) {
        const std::uint32_t a = many.indices[i + k], b = many.indices[i + (k + 1) % 3];
        ++sides[std::minmax(a, b)];
        at[k] = many.texture_coordinates[a];
        const auto to = many.texture_coordinates[b];
        EXPECT_LE(std::hypot((at[k][0] - to[0]) * 64, (at[k][1] - to[1]) * 20), std::max(texels, 0.0f));
        EXPECT_NEAR(many.positions[a].x, 2 * at[k][0], 1e-5);
        EXPECT_NEAR(many.positions[a].z, 1 + at[k][1], 1e-5);
      }
      area +=
          ((at[1][0] - at[0][0]) * (at[2][1] - at[0][1]) - (at[1][1] - at[0][1]) * (at[2][0] - at[0][0])) / 2;
    }
    EXPECT_NEAR(area, 1, 1e-5) << "no part is covered twice or turned over";
    for (const auto& [side, count] : sides) {
      const auto &a = many.texture_coordinates[side.first], &b = many.texture_coordinates[side.second];
      const bool at_border =
          (a[0] == b[0] && (a[0] == 0 || a[0] == 1)) || (a[1] == b[1] && (a[1] == 0 || a[1] == 1));
      EXPECT_EQ(count, at_border ? 1 : 2) << "no crack";
    }
  }
}

TEST(Ply, RejectsNumbersThatAreNotFinite) {
  const test::TemporaryFolder folder;
  for (const auto& spoil : {+[](Mesh& mesh) { mesh.texture_coordinates[5][0] = NAN; },
                            +[](Mesh& mesh) { mesh.positions[5].z = INFINITY; }}) {
    auto scene = test::make_scene();
    spoil(scene.person);
    EXPECT_THAT(error_of([&] { export_scene(scene.view(), folder / "photo.ply", {}); }),
                IsError(ErrorCode::invalid_argument, "must be finite numbers"));
  }
}

}  // namespace
}  // namespace portrait_depth
