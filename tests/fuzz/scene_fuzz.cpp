// glTF, PLY and pages of odd scenes: meshes that do not fit, empty ones, numbers of all kinds, titles of any
// bytes.
#include <nlohmann/json.hpp>

#include "fuzz_input.hpp"
#include "fuzz_target.hpp"
#include "portrait_depth/export.hpp"
#include "single_threaded_io.hpp"
#include "temporary_folder.hpp"

namespace portrait_depth {
namespace {

using fuzz::FuzzInput;

Mesh mesh_of(FuzzInput& input) {
  Mesh mesh;
  const int vertices = input.between(0, 12);
  for (int i = 0; i < vertices; ++i) {
    mesh.positions.push_back({input.unusual_or(static_cast<float>(i % 3)),
                              input.unusual_or(static_cast<float>(i / 3)), input.unusual_or(1)});
    if (input.number<std::uint8_t>() != 0)
      mesh.texture_coordinates.push_back({input.unusual_or(0.5f), 0.25f});
  }
  const int corners = input.between(0, 24);
  for (int i = 0; i < corners; ++i) mesh.indices.push_back(input.number<std::uint8_t>() % 14u);
  return mesh;
}

Image texture_of(FuzzInput& input) {
  return {input.between(0, 5), input.between(0, 5), input.flag() ? 4 : 3};
}

CameraPath path_of(FuzzInput& input) {
  CameraPath path(static_cast<std::size_t>(input.between(0, 5)));
  for (CameraPose& pose : path) {
    pose.position = {input.unusual_or(0.1f), input.unusual_or(0), 0};
    pose.look_at.z = input.unusual_or(1);
    pose.up.y = input.unusual_or(-1);
    pose.zoom = input.unusual_or(1.2f);
  }
  return path;
}

std::uint32_t number_at(const std::vector<std::uint8_t>& bytes, std::size_t at) {
  return static_cast<std::uint32_t>(bytes.at(at) | bytes.at(at + 1) << 8 | bytes.at(at + 2) << 16) |
         static_cast<std::uint32_t>(bytes.at(at + 3)) << 24;
}

// The container of glTF 2.0: a header, JSON, binary data; lengths are multiples of four and add up.
void check_glb(const std::vector<std::uint8_t>& glb) {
  fuzz::require(glb.size() >= 20 && glb.size() % 4 == 0 && number_at(glb, 8) == glb.size(),
                "GLB has its length");
  const std::size_t length = number_at(glb, 12);
  fuzz::require(length % 4 == 0 && 20 + length <= glb.size(), "JSON lies in the GLB");
  const auto begin = glb.begin() + 20, end = begin + static_cast<std::ptrdiff_t>(length);
  fuzz::require(nlohmann::json::accept(begin, end), "a GLB's JSON is valid");
}

void check_ply(const std::vector<std::uint8_t>& ply) {
  const std::string_view text(reinterpret_cast<const char*>(ply.data()), ply.size());
  fuzz::require(text.starts_with("ply\nformat binary_little_endian 1.0\n"), "a PLY has its header");
}

// The title is text of the page and starts no element.
void check_html(const std::vector<std::uint8_t>& html, const std::string& title) {
  const std::string_view text(reinterpret_cast<const char*>(html.data()), html.size());
  const std::size_t begin = text.find("<title>"), end = text.find("</title>");
  fuzz::require(begin != text.npos && end != text.npos && begin < end, "a page has a title");
  const std::string_view written = text.substr(begin + 7, end - begin - 7);
  fuzz::require(written.size() >= title.size() && written.find('<') == written.npos, "a title is text");
}

struct Parts {
  Mesh person, background;
  Image person_texture, background_texture;
};

SceneView scene_of(FuzzInput& input, const Parts& parts) {
  SceneView scene;
  scene.person = &parts.person;
  scene.person_texture = &parts.person_texture;
  if (input.flag()) scene.background = &parts.background;
  scene.background_texture = &parts.background_texture;
  scene.intrinsics = {.fx = input.unusual_or(4), .fy = input.unusual_or(4), .cx = 2, .cy = 2};
  scene.intrinsics.width = scene.intrinsics.height = 4;
  scene.focus_metres = input.unusual_or(1);
  return scene;
}

}  // namespace
}  // namespace portrait_depth

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace portrait_depth;
  fuzz::use_one_io_thread();
  static const test::TemporaryFolder folder;
  fuzz::FuzzInput input(data, size);
  Parts parts;
  parts.person_texture = texture_of(input);
  parts.background_texture = texture_of(input);
  ExportOptions options;
  options.frames_per_second = input.unusual_or(30);
  options.title = input.text(24);
  options.path = path_of(input);
  parts.person = mesh_of(input);
  parts.background = mesh_of(input);
  const SceneView scene = scene_of(input, parts);
  for (const char* format : {"glb", "ply", "html"}) {
    const std::filesystem::path path = folder / (std::string("scene.") + format);
    const auto written = fuzz::file_of(path, [&] { export_scene(scene, path, options); });
    if (!written) continue;
    if (path.extension() == ".glb") check_glb(*written);
    if (path.extension() == ".ply") check_ply(*written);
    if (path.extension() == ".html") check_html(*written, options.title);
  }
  return 0;
}
