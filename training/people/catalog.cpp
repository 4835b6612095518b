#include "catalog.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "paint.hpp"
#include "portrait_depth/error.hpp"
#include "scanned_faces.hpp"

namespace portrait_depth::people {
namespace {

// Parts of the test split; all others belong to the training split.
constexpr std::array<std::string_view, 14> kTestParts{"bob02",
                                                      "short04",
                                                      "braid01",
                                                      "female_casualsuit02",
                                                      "male_casualsuit05",
                                                      "male_elegantsuit01",
                                                      "fedora_cocked",
                                                      "middleage_darkskinned_female_diffuse",
                                                      "young_darkskinned_male_diffuse",
                                                      "old_darkskinned_male_diffuse",
                                                      "young_lightskinned_female_diffuse3",
                                                      "young_lightskinned_male_diffuse2",
                                                      "old_lightskinned_male_diffuse2",
                                                      "middleage_lightskinned_female_diffuse2"};

Split split_of(const std::string& name) {
  return std::ranges::find(kTestParts, name) != kTestParts.end() ? Split::test : Split::train;
}

std::vector<std::filesystem::path> sorted_files(const std::filesystem::path& folder,
                                                const std::string& suffix) {
  if (!std::filesystem::is_directory(folder))
    throw Error(ErrorCode::not_found, folder.string() + ": no such folder; is --parts the folder of parts?");
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    if (entry.path().extension() == suffix) files.push_back(entry.path());
  std::ranges::sort(files);
  return files;
}

bool is_diffuse(const std::filesystem::path& png) {
  const std::string name = png.stem().string();
  return !name.ends_with("_ao") && !name.ends_with("_normal") && !name.ends_with("_displacement");
}

NamedTexture load_texture(const std::filesystem::path& png) {
  return {png.stem().string(), Texture(png), {}};
}

DressedPart load_part(const std::filesystem::path& mhclo, const std::vector<std::filesystem::path>& pngs,
                      const Rig& rig) {
  DressedPart dressed;
  dressed.part = read_fitted_part(mhclo, rig.weights());
  for (const auto& png : pngs) dressed.textures.push_back(load_texture(png));
  if (dressed.textures.empty()) throw Error(ErrorCode::not_found, mhclo.string() + ": no texture beside it");
  const Texture& texture = dressed.textures[0].texture;
  measure_alpha(texture, dressed.part);
  float weight = 0;
  for (int k = 0; k < 64; ++k) {
    const int column = k % 8, row = k / 8;
    const Vec2 uv{(static_cast<float>(column) + 0.5f) / 8, (static_cast<float>(row) + 0.5f) / 8};
    const Texel texel = texture.sample(uv, 6);
    dressed.mean += texel.color * texel.alpha;
    weight += texel.alpha;
  }
  dressed.mean = dressed.mean * (1 / std::max(weight, 1e-3f));
  dressed.split = split_of(dressed.part.name);
  return dressed;
}

// Every .mhclo under a folder, each with the diffuse textures of its own folder.
std::vector<DressedPart> load_parts(const std::filesystem::path& folder, const Rig& rig,
                                    const std::string& only, const std::string& except) {
  std::vector<DressedPart> parts;
  for (const auto& mhclo : sorted_files(folder, ".mhclo")) {
    const std::string name = mhclo.stem().string();
    if (!name.starts_with(only) || (!except.empty() && name.starts_with(except))) continue;
    auto pngs = sorted_files(mhclo.parent_path(), ".png");
    std::erase_if(pngs, [](const auto& png) { return !is_diffuse(png); });
    parts.push_back(load_part(mhclo, pngs, rig));
  }
  return parts;
}

Skin load_skin(const std::filesystem::path& png) {
  Skin skin{.texture = load_texture(png)};
  const std::string& name = skin.texture.name;
  skin.dark = name.find("_dark") != std::string::npos;
  skin.male = name.find("_male") != std::string::npos;
  skin.age = name.starts_with("young") ? 25 : name.starts_with("middleage") ? 50 : 75;
  skin.split = split_of(name);
  return skin;
}

}  // namespace

Catalog::Catalog(const std::filesystem::path& parts, const std::filesystem::path& faces) {
  base = read_obj(parts / "base" / "base.obj");
  morphs = std::make_unique<MorphLibrary>(parts / "targets");
  if (!faces.empty()) add_scanned_faces(faces, *morphs);
  rig = std::make_unique<Rig>(parts / "rigs" / "rig.game_engine.json",
                              parts / "rigs" / "weights.game_engine.json", base);
  hair = load_parts(parts / "hair", *rig, "", "");
  suits = load_parts(parts / "clothes", *rig, "", "fedora");
  hats = load_parts(parts / "clothes", *rig, "fedora", "");
  brows = load_parts(parts / "eyebrows", *rig, "", "");
  lashes = load_parts(parts / "eyelashes", *rig, "", "");
  const auto teeth_png = std::vector{parts / "teeth" / "materials" / "teeth.png"};
  for (const auto& mhclo : sorted_files(parts / "teeth", ".mhclo"))
    teeth.push_back(load_part(mhclo, teeth_png, *rig));
  eyes = load_part(parts / "eyes" / "high-poly" / "high-poly.mhclo",
                   sorted_files(parts / "eyes" / "materials", ".png"), *rig);
  tongue = load_parts(parts / "tongue", *rig, "", "").at(0);

  landmarks = find_landmarks(base);
  body_triangles = base.group_triangles.at("body");
  const int head = rig->bone("head");
  std::vector<Vec3> normals;
  std::vector<std::uint32_t> body_indices;
  for (const std::uint32_t t : body_triangles)
    for (int k = 0; k < 3; ++k) body_indices.push_back(base.triangles.positions[3 * t + k]);
  smooth_normals(base.positions, body_indices, normals);
  for (const std::uint32_t v : base.group_vertices.at("body")) {
    const SkinWeights& w = rig->weights()[v];
    if (w.bone[0] == head && w.weight[0] > 0.95f && normals[v].z > 0.5f) face_vertices.push_back(v);
  }
  std::vector<char> is_face(base.positions.size());
  for (const std::uint32_t v : face_vertices) is_face[v] = 1;
  for (const auto& png : sorted_files(parts / "skins", ".png")) {
    Skin& skin = skins.emplace_back(load_skin(png));
    float count = 0;
    for (const std::uint32_t t : body_triangles) {
      for (int k = 0; k < 3; ++k) {
        if (!is_face[base.triangles.positions[3 * t + k]]) continue;
        skin.texture.face_mean +=
            skin.texture.texture.sample(base.uvs[base.triangles.uvs[3 * t + k]], 2).color;
        ++count;
      }
    }
    skin.texture.face_mean = skin.texture.face_mean * (1 / count);
  }
}

}  // namespace portrait_depth::people
