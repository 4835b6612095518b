#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <fstream>

#include "../error_of.hpp"
#include "../temporary_folder.hpp"
#include "node_scripts.hpp"
#include "scene.hpp"

namespace portrait_depth {
namespace {

using nlohmann::json;
using test::make_path;
using test::make_scene;
using test::Scene;
using test::TemporaryFolder;

struct Glb {
  json document;
  std::vector<char> binary;

  // Values of an accessor, converted by glTF's rules.
  std::vector<std::vector<double>> values(int index) const {
    const json& accessor = document["accessors"][static_cast<std::size_t>(index)];
    const json& view = document["bufferViews"][accessor["bufferView"].get<std::size_t>()];
    const std::string type = accessor["type"];
    const std::size_t width = type == "SCALAR" ? 1 : static_cast<std::size_t>(type[3] - '0');
    const bool is_short = accessor["componentType"] == 5123;
    const char* at = binary.data() + view["byteOffset"].get<std::size_t>();
    std::vector<std::vector<double>> result(accessor["count"].get<std::size_t>(), std::vector<double>(width));
    for (auto& item : result)
      for (double& value : item) {
        if (is_short) {
          std::uint16_t number;
          std::memcpy(&number, at, sizeof number);
          value = number / 65535.0;
        } else {
          float number;
          std::memcpy(&number, at, sizeof number);
          value = static_cast<double>(number);
        }
        at += is_short ? 2 : 4;
      }
    return result;
  }
};

Glb read_glb(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::vector<char> bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  std::uint32_t length = 0;
  std::memcpy(&length, bytes.data() + 12, 4);
  Glb glb;
  glb.document = json::parse(bytes.data() + 20, bytes.data() + 20 + length);
  glb.binary.assign(bytes.begin() + 28 + static_cast<std::ptrdiff_t>(length), bytes.end());
  return glb;
}

Vec3 rotated(const std::vector<double>& q, const Vec3& v) {
  const double x = q[0], y = q[1], z = q[2], w = q[3];
  const double cx = y * v.z - z * v.y + w * v.x, cy = z * v.x - x * v.z + w * v.y,
               cz = x * v.y - y * v.x + w * v.z;
  return {static_cast<float>(v.x + 2 * (y * cz - z * cy)), static_cast<float>(v.y + 2 * (z * cx - x * cz)),
          static_cast<float>(v.z + 2 * (x * cy - y * cx))};
}

TEST(Glb, PassesTheValidatorWithoutErrorOrWarning) {
  if (!test::have_viewer_modules()) GTEST_SKIP() << "gltf-validator is missing: run scripts/fetch_three.sh";
  const TemporaryFolder folder;
  const auto scene = make_scene();
  export_scene(scene.view(), folder / "photo.glb", {.path = make_path()});
  const json report = test::run_node("validate_glb.mjs", test::shell_quoted(folder / "photo.glb")).at(0);
  EXPECT_EQ(report["issues"]["numErrors"], 0) << report["issues"].dump(1);
  EXPECT_EQ(report["issues"]["numWarnings"], 0) << report["issues"].dump(1);
  EXPECT_EQ(report["info"]["animationCount"], 1);
  EXPECT_EQ(report["info"]["drawCallCount"], 3) << "background, person, person's edge";
  EXPECT_EQ(report["info"]["resources"].size(), 4u) << "the buffer and three textures";
}

TEST(Glb, ItsCameraShowsThePhoto) {
  const TemporaryFolder folder;
  const auto scene = make_scene();
  export_scene(scene.view(), folder / "photo.glb", {});
  const Glb glb = read_glb(folder / "photo.glb");
  const json& camera = glb.document["cameras"][0]["perspective"];
  const double half_height = std::tan(camera["yfov"].get<double>() / 2);
  const double half_width = half_height * camera["aspectRatio"].get<double>();
  for (const json& mesh : glb.document["meshes"]) {
    const json& attributes = mesh["primitives"][0]["attributes"];
    const auto positions = glb.values(attributes["POSITION"]),
               coordinates = glb.values(attributes["TEXCOORD_0"]);
    ASSERT_EQ(positions.size(), coordinates.size());
    for (std::size_t i = 0; i < positions.size(); ++i) {
      ASSERT_LT(positions[i][2], 0) << "visible points lie at negative z";
      const double u = 0.5 + positions[i][0] / -positions[i][2] / half_width / 2;
      const double v = 0.5 - positions[i][1] / -positions[i][2] / half_height / 2;
      ASSERT_NEAR(u, coordinates[i][0], 1e-4);
      ASSERT_NEAR(v, coordinates[i][1], 1e-4);
    }
  }
}

TEST(Glb, TheCameraFollowsThePathAndEndsWhereItBegan) {
  const TemporaryFolder folder;
  const auto scene = make_scene();
  const CameraPath path = make_path();
  export_scene(scene.view(), folder / "photo.glb", {.path = path, .frames_per_second = 15});
  const Glb glb = read_glb(folder / "photo.glb");
  const json& samplers = glb.document["animations"][0]["samplers"];
  const auto times = glb.values(samplers[0]["input"]), places = glb.values(samplers[0]["output"]),
             turns = glb.values(samplers[1]["output"]);
  ASSERT_EQ(times.size(), path.size() + 1);
  EXPECT_NEAR(times.back()[0], 2.0, 1e-6);
  EXPECT_EQ(places.front(), places.back());
  EXPECT_EQ(turns.front(), turns.back());
  for (std::size_t i = 0; i < path.size(); ++i) {
    EXPECT_NEAR(places[i][0], path[i].position.x, 1e-6);
    EXPECT_NEAR(places[i][1], -path[i].position.y, 1e-6);
    // It looks at (0, 0, 1), which is (0, 0, -1) for glTF, and its up stays up.
    const Vec3 forward = rotated(turns[i], {0, 0, -1}), up = rotated(turns[i], {0, 1, 0});
    const double length = std::hypot(places[i][0], places[i][1], 1.0);
    EXPECT_NEAR(forward.x, -places[i][0] / length, 1e-5);
    EXPECT_NEAR(forward.y, -places[i][1] / length, 1e-5);
    EXPECT_NEAR(forward.z, -1 / length, 1e-5);
    EXPECT_GT(up.y, 0.99f);
  }
}

CameraPose zoomed(float zoom) {
  CameraPose pose;
  pose.zoom = zoom;
  return pose;
}

TEST(Glb, AZoomThatStaysIsTheCamerasOwn) {
  const TemporaryFolder folder;
  const auto scene = make_scene();
  export_scene(scene.view(), folder / "photo.glb", {.path = {zoomed(1.25f), zoomed(1.25f)}});
  const Glb glb = read_glb(folder / "photo.glb");
  const auto half_height = [&](std::size_t i) {
    return std::tan(glb.document["cameras"][i]["perspective"]["yfov"].get<double>() / 2);
  };
  EXPECT_NEAR(half_height(0), 160.0 / 300, 1e-6) << "the photo's view";
  EXPECT_NEAR(half_height(1), 160.0 / 300 / 1.25, 1e-6);
  EXPECT_NEAR(glb.values(glb.document["animations"][0]["samplers"][0]["output"])[0][2], 0, 1e-6);
}

TEST(Glb, ZoomMovesTowardTheTarget) {
  const TemporaryFolder folder;
  const auto scene = make_scene();
  export_scene(scene.view(), folder / "photo.glb", {.path = {zoomed(1), zoomed(2)}});
  const Glb glb = read_glb(folder / "photo.glb");
  const auto places = glb.values(glb.document["animations"][0]["samplers"][0]["output"]);
  EXPECT_NEAR(places[1][2], -0.5, 1e-6) << "half the way to (0, 0, 1) shows it twice as large";
}

TEST(Glb, ThePersonIsOpaqueAndOnlyTheEdgeIsBlended) {
  const TemporaryFolder folder;
  const auto scene = make_scene();
  export_scene(scene.view(), folder / "photo.glb", {});
  const Glb glb = read_glb(folder / "photo.glb");
  std::size_t opaque = 0, blended = 0;
  for (const json& primitive : glb.document["meshes"][1]["primitives"]) {
    const json& material = glb.document["materials"][primitive["material"].get<std::size_t>()];
    const std::size_t count = glb.document["accessors"][primitive["indices"].get<std::size_t>()]["count"];
    (material.value("alphaMode", "OPAQUE") == "BLEND" ? blended : opaque) += count;
    EXPECT_TRUE(material["extensions"].contains("KHR_materials_unlit"));
  }
  EXPECT_GT(opaque, blended);
  EXPECT_GT(blended, 0u);
  EXPECT_LT(opaque + blended, scene.person.indices.size()) << "fully transparent triangles are omitted";
}

TEST(Glb, BlendedTrianglesAreDrawnFromFarToNear) {
  // Two sheets of half transparency, the nearer one first.
  Scene scene;
  scene.person = test::grid_mesh(1, 1, [](float, float) { return 1.0f; });
  const Mesh far = test::grid_mesh(1, 1, [](float, float) { return 2.0f; });
  for (const std::uint32_t index : far.indices) scene.person.indices.push_back(index + 4);
  scene.person.positions.insert(scene.person.positions.end(), far.positions.begin(), far.positions.end());
  scene.person.texture_coordinates.insert(scene.person.texture_coordinates.end(),
                                          far.texture_coordinates.begin(), far.texture_coordinates.end());
  scene.person_texture.resize(8, 8, 4);
  for (std::uint8_t& byte : scene.person_texture.bytes()) byte = 128;
  const TemporaryFolder folder;
  export_scene(scene.view(), folder / "photo.glb", {});
  const Glb glb = read_glb(folder / "photo.glb");
  const auto positions = glb.values(glb.document["meshes"][0]["primitives"][0]["attributes"]["POSITION"]);
  ASSERT_EQ(positions.size(), 8u);
  // Vertices are numbered as the triangles first use them.
  EXPECT_NEAR(positions.front()[2], -2, 1e-6);
  EXPECT_NEAR(positions.back()[2], -1, 1e-6);
}

TEST(Glb, SceneWithoutBackgroundHoldsThePersonOnly) {
  const TemporaryFolder folder;
  const auto scene = make_scene();
  SceneView view = scene.view();
  view.background = nullptr;
  export_scene(view, folder / "photo.glb", {});
  const Glb glb = read_glb(folder / "photo.glb");
  ASSERT_EQ(glb.document["meshes"].size(), 1u);
  EXPECT_EQ(glb.document["meshes"][0]["name"], "person");
}

TEST(Export, BadScenesAndNamesAreRejectedAndLeaveNoFile) {
  const TemporaryFolder folder;
  auto scene = make_scene();
  EXPECT_THAT(error_of([&] { export_scene(scene.view(), folder / "photo.obj"); }),
              IsError(ErrorCode::unsupported, "glb, ply or html"));
  EXPECT_THAT(error_of([&] { export_scene(scene.view(), folder / "no folder" / "photo.glb"); }),
              IsError(ErrorCode::unwritable, "no folder"));
  scene.person.indices.back() = static_cast<std::uint32_t>(scene.person.positions.size());
  for (const char* name : {"photo.glb", "photo.ply", "photo.html"})
    EXPECT_THAT(error_of([&] { export_scene(scene.view(), folder / name); }),
                IsError(ErrorCode::invalid_argument, "mesh"));
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

}  // namespace
}  // namespace portrait_depth
