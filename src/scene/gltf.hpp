// glTF 2.0 in its binary form.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "portrait_depth/scene.hpp"

namespace portrait_depth {

/// A picture file's bytes, JPEG or PNG.
struct EncodedTexture {
  std::vector<std::uint8_t> bytes;
  bool is_png = false;
};

/// A person's texture is split where its alpha is: the inside is drawn opaque from a JPEG and hides what is
/// behind it, the rim is blended from a PNG. So the inside sorts by depth, and the file stays small.
struct SceneTextures {
  EncodedTexture person;  ///< Colors of the inside.
  EncodedTexture rim;     ///< RGBA; empty when the person has no soft edge.
  EncodedTexture background;
};

/// glTF's cameras have a field of view that stays. A path's zoom is either shown by a move (see
/// export_photo3d), which every viewer understands, or kept as it is in the camera node's `extras.zoom`: one
/// number a key, times the camera's own, for our page's viewer.
enum class PathZoom { as_move, in_extras };

/// The file's bytes. Files and picture codecs are not its business.
std::vector<std::uint8_t> encode_glb(const SceneView& scene, const SceneTextures& textures,
                                     const ExportOptions& options, PathZoom path_zoom = PathZoom::as_move);

}  // namespace portrait_depth
