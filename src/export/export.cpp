// The table of scene formats, and their writers.
#include "portrait_depth/export.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <span>

#include "camera/intrinsics.hpp"
#include "camera/pose.hpp"
#include "camera/vector.hpp"
#include "export/html.hpp"
#include "io/output_file.hpp"
#include "io/picture_encoder.hpp"
#include "scene/alpha_split.hpp"
#include "scene/gltf.hpp"
#include "scene/ply.hpp"

namespace portrait_depth {
namespace {

EncodedTexture encode(const Image& texture, const char* format, const std::filesystem::path& path) {
  const io::Pixels pixels = {texture.bytes().data(), texture.width(), texture.height(), texture.channels(),
                             8};
  return {io::encode_picture(pixels, format, path), std::strcmp(format, "png") == 0};
}

SceneTextures encode_textures(const SceneView& scene, const std::filesystem::path& path) {
  const AlphaSplit split = split_by_alpha(*scene.person, *scene.person_texture);
  SceneTextures textures;
  if (!split.opaque.empty())
    textures.person =
        encode(texture_under(*scene.person, split.opaque, *scene.person_texture, 3), "jpeg", path);
  if (!split.rim.empty())
    textures.rim = encode(texture_under(*scene.person, split.rim, *scene.person_texture, 4), "png", path);
  if (has_background(scene)) textures.background = encode(*scene.background_texture, "jpeg", path);
  return textures;
}

std::vector<std::uint8_t> glb(const SceneView& scene, const std::filesystem::path& path,
                              const ExportOptions& options) {
  return encode_glb(scene, encode_textures(scene, path), options);
}

std::vector<std::uint8_t> ply(const SceneView& scene, const std::filesystem::path&, const ExportOptions&) {
  return encode_ply(scene);
}

std::vector<std::uint8_t> html(const SceneView& scene, const std::filesystem::path& path,
                               const ExportOptions& options) {
  const Intrinsics& camera = scene.intrinsics;
  const float aspect =
      static_cast<float>(camera.width) / camera.fx / (static_cast<float>(camera.height) / camera.fy);
  const auto glb_with_zoom = encode_glb(scene, encode_textures(scene, path), options, PathZoom::in_extras);
  return encode_html(glb_with_zoom, options.title, aspect);
}

struct Format {
  const char *extension, *description;
  bool has_camera, has_zoom;
  std::vector<std::uint8_t> (*encode)(const SceneView&, const std::filesystem::path&, const ExportOptions&);
};
constexpr Format kFormats[] = {
    {"glb", "glTF 2.0: mesh, textures, camera movement", true, false, glb},
    {"ply", "mesh with colored vertices, binary", false, false, ply},
    {"html", "one web page that moves with mouse, touch and tilt; needs no network", true, true, html},
};

bool is_finite(const Mesh& mesh) {
  return std::all_of(mesh.positions.begin(), mesh.positions.end(),
                     [](const Vec3& position) { return is_finite(position); }) &&
         std::all_of(mesh.texture_coordinates.begin(), mesh.texture_coordinates.end(),
                     [](const auto& uv) { return std::isfinite(uv[0]) && std::isfinite(uv[1]); });
}

void check(const SceneView& scene, const ExportOptions& options) {
  if (scene.person != nullptr && scene.person->indices.empty())
    throw Error(ErrorCode::no_person,
                "the 3D photo has no person: its mask is empty. Build it from a depth map with a person");
  const auto fits = [](const Mesh* mesh, const Image* texture) {
    return mesh != nullptr && texture != nullptr && !texture->empty() && !mesh->indices.empty() &&
           mesh->indices.size() % 3 == 0 && mesh->positions.size() == mesh->texture_coordinates.size() &&
           *std::max_element(mesh->indices.begin(), mesh->indices.end()) < mesh->positions.size();
  };
  if (!fits(scene.person, scene.person_texture) ||
      (has_background(scene) && !fits(scene.background, scene.background_texture)))
    throw Error(ErrorCode::invalid_argument, "a scene needs a person's mesh and texture that fit each other");
  if (!is_finite(*scene.person) || (has_background(scene) && !is_finite(*scene.background)))
    throw Error(ErrorCode::invalid_argument,
                "a scene's positions and texture coordinates must be finite numbers");
  check_intrinsics(scene.intrinsics);
  std::for_each(options.path.begin(), options.path.end(), check_pose);
  if (!std::isfinite(options.frames_per_second) || options.frames_per_second <= 0)
    throw Error(ErrorCode::invalid_argument, "a camera path needs frames per second above 0");
}

}  // namespace

std::vector<ExportFormat> export_formats() {
  std::vector<ExportFormat> result;
  for (const Format& format : kFormats)
    result.push_back({format.extension, format.description, format.has_camera, format.has_zoom});
  return result;
}

void export_scene(const SceneView& scene, const std::filesystem::path& path, const ExportOptions& options) {
  const std::string wanted = io::output_format(path, options.format);
  const auto* format = std::find_if(std::begin(kFormats), std::end(kFormats),
                                    [&](const Format& f) { return wanted == f.extension; });
  if (format == std::end(kFormats))
    throw Error(ErrorCode::unsupported, io::output_name(path) + ": a 3D photo's scene cannot be written as " +
                                            wanted + "; take glb, ply or html");
  check(scene, options);
  io::write_file(path, format->encode(scene, path, options));
}

}  // namespace portrait_depth
