// All parts in memory, divided between the splits by name.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "fitted_part.hpp"
#include "landmarks.hpp"
#include "morphs.hpp"
#include "rig.hpp"
#include "split.hpp"
#include "texture.hpp"

namespace portrait_depth::people {

struct NamedTexture {
  std::string name{};
  Texture texture{};
  Vec3 face_mean{};  ///< Skins: mean linear color of the face.
};

/// A part with its texture(s), the first one its own.
struct DressedPart {
  FittedPart part{};
  std::vector<NamedTexture> textures{};
  Vec3 mean{};  ///< Of the first texture, weighted by alpha.
  Split split = Split::train;
};

struct Skin {
  NamedTexture texture{};
  bool dark = false, male = false;
  float age = 25;  ///< The age of the painted person, years.
  Split split = Split::train;
};

class Catalog {
 public:
  /// Reads the folder of parts, and a folder of scanned faces unless its path is empty. Throws Error for a
  /// missing or broken part.
  explicit Catalog(const std::filesystem::path& parts, const std::filesystem::path& faces = {});

  Mesh base;
  std::unique_ptr<MorphLibrary> morphs;
  std::unique_ptr<Rig> rig;
  std::vector<Skin> skins;
  std::vector<DressedPart> hair, suits, hats, brows, lashes, teeth;
  DressedPart eyes, tongue;
  std::vector<std::uint32_t> body_triangles;  ///< Of the base mesh's skin.
  std::vector<std::uint32_t> face_vertices;   ///< Front of the head.
  Landmarks landmarks;
};

}  // namespace portrait_depth::people
