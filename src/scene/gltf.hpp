// glTF 2.0 in its binary form.
#pragma once

#include <cstdint>
#include <vector>

#include "portrait_depth/scene.hpp"

namespace portrait_depth {

/// A picture file's bytes, JPEG or PNG.
struct EncodedTexture {
  std::vector<std::uint8_t> bytes;
  bool is_png = false;
};

/// The person's texture is split by its alpha: the inside is an opaque JPEG, the rim is a PNG that is
/// blended. The inside is therefore sorted by depth, and the file stays small.
struct SceneTextures {
  EncodedTexture person;  ///< Colors of the inside.
  EncodedTexture rim;     ///< RGBA; empty if the person has no soft edge.
  EncodedTexture background;
};

/// The field of view of glTF's cameras cannot be animated. A path's zoom becomes a movement (see
/// export_photo3d), for every viewer, or numbers in the camera node's `extras.zoom`, for the viewer of the
/// HTML page: one number a key, which multiplies the camera's own zoom.
enum class PathZoom { as_move, in_extras };

/// The file's bytes. The caller encodes the textures and writes the file.
std::vector<std::uint8_t> encode_glb(const SceneView& scene, const SceneTextures& textures,
                                     const ExportOptions& options, PathZoom path_zoom = PathZoom::as_move);

}  // namespace portrait_depth
