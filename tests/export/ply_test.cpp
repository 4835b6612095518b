#include <gtest/gtest.h>

#include "../error_of.hpp"
#include "../temporary_folder.hpp"
#include "programs.hpp"
#include "scene.hpp"

namespace portrait_depth {
namespace {

TEST(Ply, AnotherProgramReadsIt) {
  if (!test::have_viewer_modules())
    GTEST_SKIP() << "three's PLYLoader is not there: run scripts/fetch_three.sh";
  const test::TemporaryFolder folder;
  const auto scene = test::make_scene();
  export_scene(scene.view(), folder / "photo.ply", {});
  const auto read = test::run_node("read_ply.mjs", test::shell_quoted(folder / "photo.ply"));

  EXPECT_GT(read["triangles"], 32 + 1000) << "the wall's and the person's";
  EXPECT_LT(read["triangles"], 32 + 48 * 64 * 2) << "what is transparent is left out";
  EXPECT_LT(read["largestIndex"], read["vertices"]);
  // The wall at 2.5 m reaches farthest; its edges are the photo's, y is up.
  const Intrinsics camera = test::scene_camera();
  EXPECT_NEAR(read["min"][0], -camera.cx / camera.fx * 2.5f, 1e-4);
  EXPECT_NEAR(read["max"][1], camera.cy / camera.fy * 2.5f, 1e-4);
  EXPECT_NEAR(read["min"][2], -2.5, 1e-6);
  EXPECT_NEAR(read["max"][2], -0.9, 1e-2) << "the middle of the person is nearest";
}

TEST(Ply, ColoursAreTheTextures) {
  if (!test::have_viewer_modules())
    GTEST_SKIP() << "three's PLYLoader is not there: run scripts/fetch_three.sh";
  const test::TemporaryFolder folder;
  const auto scene = test::make_scene();
  SceneView view = scene.view();
  export_scene(view, folder / "photo.ply", {});
  const auto read = test::run_node("read_ply.mjs", test::shell_quoted(folder / "photo.ply"));
  // The first vertex is the wall's upper left corner: sRGB (40, 70, 120), which the loader gives in linear
  // light.
  EXPECT_NEAR(read["firstColor"][0], 0.0212, 4e-3);
  EXPECT_NEAR(read["firstColor"][1], 0.0612, 4e-3);
  EXPECT_NEAR(read["firstColor"][2], 0.1878, 4e-3);
}

TEST(Ply, RefusesNumbersThatAreNotFinite) {
  const test::TemporaryFolder folder;
  for (const auto& spoil : {+[](Mesh& mesh) { mesh.texture_coordinates[5][0] = NAN; },
                            +[](Mesh& mesh) { mesh.positions[5].z = INFINITY; }}) {
    auto scene = test::make_scene();
    spoil(scene.person);
    EXPECT_EQ(error_of([&] { export_scene(scene.view(), folder / "photo.ply", {}); }).code(),
              ErrorCode::invalid_argument);
  }
}

}  // namespace
}  // namespace portrait_depth
