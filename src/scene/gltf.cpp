// Khronos Group, "glTF 2.0 Specification", 2021 (ISO/IEC 12113); KHR_materials_unlit.
#include "scene/gltf.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <nlohmann/json.hpp>
#include <span>

#include "scene/alpha_split.hpp"
#include "scene/coordinates.hpp"

namespace portrait_depth {
namespace {

using nlohmann::json;

enum ComponentType { kUnsignedShort = 5123, kUnsignedInt = 5125, kFloat32 = 5126 };
enum BufferTarget { kArrayBuffer = 34962, kElementArrayBuffer = 34963 };

// The JSON part and the binary part of the file.
class Document {
 public:
  json root;
  std::vector<std::uint8_t> binary;

  template <class T>
  int add_view(std::span<const T> values, int target = 0) {
    binary.resize((binary.size() + 3) / 4 * 4);
    const std::size_t offset = binary.size(), size = values.size_bytes();
    binary.resize(offset + size);
    if (size > 0) std::memcpy(binary.data() + offset, values.data(), size);
    json view = {{"buffer", 0}, {"byteOffset", offset}, {"byteLength", size}};
    if (target != 0) view["target"] = target;
    return add("bufferViews", view);
  }
  int add(const char* list, json item) {
    root[list].push_back(std::move(item));
    return static_cast<int>(root[list].size()) - 1;
  }
};

json limits_of(std::span<const Vec3> points, float (*pick)(float, float)) {
  Vec3 result = points.front();
  for (const Vec3& p : points) result = {pick(result.x, p.x), pick(result.y, p.y), pick(result.z, p.z)};
  return {result.x, result.y, result.z};
}
float smaller(float a, float b) {
  return std::min(a, b);
}
float larger(float a, float b) {
  return std::max(a, b);
}

int add_points(Document& document, std::span<const Vec3> points, int target) {
  return document.add("accessors", {{"bufferView", document.add_view(points, target)},
                                    {"componentType", kFloat32},
                                    {"count", points.size()},
                                    {"type", "VEC3"},
                                    {"min", limits_of(points, smaller)},
                                    {"max", limits_of(points, larger)}});
}

// 16 bits a coordinate resolve 1/32 of a texel in a texture of 2048 pixels.
int add_texture_coordinates(Document& document, std::span<const std::array<float, 2>> coordinates) {
  std::vector<std::array<std::uint16_t, 2>> rounded(coordinates.size());
  const auto round = [](float v) {
    return static_cast<std::uint16_t>(std::lround(std::clamp(v, 0.0f, 1.0f) * 65535));
  };
  std::transform(coordinates.begin(), coordinates.end(), rounded.begin(), [&](const auto& uv) {
    return std::array<std::uint16_t, 2>{round(uv[0]), round(uv[1])};
  });
  const int view = document.add_view(std::span<const std::array<std::uint16_t, 2>>(rounded), kArrayBuffer);
  return document.add("accessors", {{"bufferView", view},
                                    {"componentType", kUnsignedShort},
                                    {"normalized", true},
                                    {"count", rounded.size()},
                                    {"type", "VEC2"}});
}

int add_indices(Document& document, std::span<const std::uint32_t> indices) {
  return document.add("accessors", {{"bufferView", document.add_view(indices, kElementArrayBuffer)},
                                    {"componentType", kUnsignedInt},
                                    {"count", indices.size()},
                                    {"type", "SCALAR"}});
}

int add_material(Document& document, const char* name, const EncodedTexture& texture, bool blend) {
  const int view = document.add_view(std::span<const std::uint8_t>(texture.bytes));
  const int image = document.add(
      "images",
      {{"name", name}, {"bufferView", view}, {"mimeType", texture.is_png ? "image/png" : "image/jpeg"}});
  if (!document.root.contains("samplers"))  // linear with mipmaps, clamped to the edge
    document.add("samplers", {{"magFilter", 9729}, {"minFilter", 9987}, {"wrapS", 33071}, {"wrapT", 33071}});
  const int index = document.add("textures", {{"sampler", 0}, {"source", image}});
  json material = {
      {"name", name},
      {"doubleSided", true},
      {"pbrMetallicRoughness",
       {{"baseColorTexture", {{"index", index}}}, {"metallicFactor", 0}, {"roughnessFactor", 1}}},
      {"extensions", {{"KHR_materials_unlit", json::object()}}}};
  if (blend) material["alphaMode"] = "BLEND";
  return document.add("materials", std::move(material));
}

// One part of a mesh with its own material.
struct Part {
  std::vector<std::uint32_t> triangles;
  const char* name;
  const EncodedTexture* texture;
  bool blend = false;
};

// The vertices that triangles use; `parts` are renumbered.
Mesh used_vertices(const Mesh& mesh, const GltfFromPhoto& gltf_from_photo, std::vector<Part>& parts) {
  constexpr auto kUnused = std::numeric_limits<std::uint32_t>::max();
  std::vector<std::uint32_t> number(mesh.positions.size(), kUnused);
  Mesh used;
  for (Part& part : parts)
    for (std::uint32_t& index : part.triangles) {
      if (number[index] == kUnused) {
        number[index] = static_cast<std::uint32_t>(used.positions.size());
        used.positions.push_back(gltf_from_photo(mesh.positions[index]));
        used.texture_coordinates.push_back(mesh.texture_coordinates[index]);
      }
      index = number[index];
    }
  return used;
}

void add_mesh(Document& document, const char* name, const Mesh& mesh, const GltfFromPhoto& gltf_from_photo,
              std::vector<Part> parts) {
  std::erase_if(parts, [](const Part& part) { return part.triangles.empty(); });
  if (parts.empty()) return;
  const Mesh used = used_vertices(mesh, gltf_from_photo, parts);
  const int positions = add_points(document, used.positions, kArrayBuffer);
  const int coordinates = add_texture_coordinates(document, used.texture_coordinates);
  json primitives = json::array();
  for (Part& part : parts) {
    face_the_camera(used.positions, part.triangles);
    primitives.push_back({{"attributes", {{"POSITION", positions}, {"TEXCOORD_0", coordinates}}},
                          {"indices", add_indices(document, part.triangles)},
                          {"material", add_material(document, part.name, *part.texture, part.blend)}});
  }
  const int index = document.add("meshes", {{"name", name}, {"primitives", primitives}});
  document.add("nodes", {{"name", name}, {"mesh", index}});
}

void add_person(Document& document, const SceneView& scene, const SceneTextures& textures,
                const GltfFromPhoto& gltf_from_photo) {
  AlphaSplit split = split_by_alpha(*scene.person, *scene.person_texture);
  add_mesh(document, "person", *scene.person, gltf_from_photo,
           {{std::move(split.opaque), "person", &textures.person, false},
            {std::move(split.rim), "person's edge", &textures.rim, true}});
}

// Returns the camera's node.
int add_camera(Document& document, const char* name, const Intrinsics& camera, float zoom) {
  const float width = static_cast<float>(camera.width), height = static_cast<float>(camera.height);
  const int index = document.add("cameras", {{"name", name},
                                             {"type", "perspective"},
                                             {"perspective",
                                              {{"yfov", 2 * std::atan(height / 2 / camera.fy / zoom)},
                                               {"aspectRatio", width / camera.fx / (height / camera.fy)},
                                               {"znear", 0.01}}}});
  return document.add("nodes", {{"name", name}, {"camera", index}});
}

float smallest_zoom(const CameraPath& path) {
  return std::min_element(path.begin(), path.end(),
                          [](const CameraPose& a, const CameraPose& b) { return a.zoom < b.zoom; })
      ->zoom;
}

// The last key equals the first one, so that a looping player does not jump.
void add_camera_path(Document& document, const Intrinsics& camera, const ExportOptions& options,
                     const GltfFromPhoto& gltf_from_photo, PathZoom path_zoom) {
  const float zoom = smallest_zoom(options.path);
  const int node = add_camera(document, "path", camera, zoom);
  std::vector<float> times, zooms;
  std::vector<Vec3> translations;
  std::vector<std::array<float, 4>> rotations;
  for (std::size_t i = 0; i <= options.path.size(); ++i) {
    CameraPose key = options.path[i % options.path.size()];
    key.zoom /= zoom;
    zooms.push_back(key.zoom);
    if (path_zoom == PathZoom::in_extras) key.zoom = 1;
    const NodePose pose = camera_node(key, gltf_from_photo);
    times.push_back(static_cast<float>(i) / options.frames_per_second);
    translations.push_back(pose.translation);
    rotations.push_back(pose.rotation);
  }
  if (path_zoom == PathZoom::in_extras)
    document.root["nodes"][static_cast<std::size_t>(node)]["extras"]["zoom"] = zooms;
  const int input =
      document.add("accessors", {{"bufferView", document.add_view(std::span<const float>(times))},
                                 {"componentType", kFloat32},
                                 {"count", times.size()},
                                 {"type", "SCALAR"},
                                 {"min", {times.front()}},
                                 {"max", {times.back()}}});
  const int places = add_points(document, translations, 0);
  const int turns = document.add(
      "accessors", {{"bufferView", document.add_view(std::span<const std::array<float, 4>>(rotations))},
                    {"componentType", kFloat32},
                    {"count", rotations.size()},
                    {"type", "VEC4"}});
  document.add("animations",
               {{"name", "camera path"},
                {"samplers", {{{"input", input}, {"output", places}}, {{"input", input}, {"output", turns}}}},
                {"channels",
                 {{{"sampler", 0}, {"target", {{"node", node}, {"path", "translation"}}}},
                  {{"sampler", 1}, {"target", {{"node", node}, {"path", "rotation"}}}}}}});
}

void append_word(std::vector<std::uint8_t>& bytes, std::uint32_t word) {
  for (int shift = 0; shift < 32; shift += 8) bytes.push_back(static_cast<std::uint8_t>(word >> shift));
}

std::vector<std::uint8_t> glb_file(Document& document) {
  std::string text = document.root.dump();
  text.resize((text.size() + 3) / 4 * 4, ' ');
  document.binary.resize((document.binary.size() + 3) / 4 * 4);
  const std::size_t total = 12 + 8 + text.size() + 8 + document.binary.size();
  if (total > std::numeric_limits<std::uint32_t>::max())
    throw Error(ErrorCode::too_large, "glb: the 3D photo is over the format's 4 GB; take smaller textures");
  std::vector<std::uint8_t> file;
  file.reserve(total);
  append_word(file, 0x46546C67);  // "glTF"
  append_word(file, 2);
  append_word(file, static_cast<std::uint32_t>(total));
  append_word(file, static_cast<std::uint32_t>(text.size()));
  append_word(file, 0x4E4F534A);  // "JSON"
  file.insert(file.end(), text.begin(), text.end());
  append_word(file, static_cast<std::uint32_t>(document.binary.size()));
  append_word(file, 0x004E4942);  // "BIN"
  file.insert(file.end(), document.binary.begin(), document.binary.end());
  return file;
}

}  // namespace

std::vector<std::uint8_t> encode_glb(const SceneView& scene, const SceneTextures& textures,
                                     const ExportOptions& options, PathZoom path_zoom) {
  Document document;
  document.root["asset"] = {{"version", "2.0"}, {"generator", "Portrait Depth"}};
  document.root["extensionsUsed"] = {"KHR_materials_unlit"};
  const GltfFromPhoto gltf_from_photo(scene.intrinsics);
  if (!textures.background.bytes.empty())
    add_mesh(document, "background", *scene.background, gltf_from_photo,
             {{scene.background->indices, "background", &textures.background, false}});
  add_person(document, scene, textures, gltf_from_photo);
  const int camera = add_camera(document, "photo", scene.intrinsics, 1);
  if (path_zoom == PathZoom::in_extras)
    document.root["nodes"][static_cast<std::size_t>(camera)]["extras"]["focus"] = scene.focus_metres;
  if (!options.path.empty()) add_camera_path(document, scene.intrinsics, options, gltf_from_photo, path_zoom);
  json nodes = json::array();
  for (std::size_t i = 0; i < document.root["nodes"].size(); ++i) nodes.push_back(i);
  document.add("scenes", {{"nodes", nodes}});
  document.root["scene"] = 0;
  document.binary.resize((document.binary.size() + 3) / 4 * 4);
  document.add("buffers", {{"byteLength", document.binary.size()}});
  return glb_file(document);
}

}  // namespace portrait_depth
