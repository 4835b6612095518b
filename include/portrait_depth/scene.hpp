// A 3D photo as plain data, for writers of scenes and for other renderers.
#pragma once

#include <string>

#include "portrait_depth/camera.hpp"
#include "portrait_depth/camera_path.hpp"
#include "portrait_depth/image.hpp"
#include "portrait_depth/mesh.hpp"

namespace portrait_depth {

/// A 3D photo as plain data. The view does not own its parts, which must live as long as it is used.
struct SceneView {
  const Mesh* person = nullptr;
  const Image* person_texture = nullptr;      ///< RGBA, straight alpha, or RGB.
  const Mesh* background = nullptr;           ///< Null or empty: none.
  const Image* background_texture = nullptr;  ///< RGB; null or empty: none.
  Intrinsics intrinsics;                      ///< The photo's camera.
  float focus_metres = 1.0f;  ///< Distance of the plane that stands still while the camera moves.
};
inline bool has_background(const SceneView& scene) {
  return scene.background != nullptr && !scene.background->indices.empty() &&
         scene.background_texture != nullptr && !scene.background_texture->empty();
}

struct ExportOptions {
  /// The camera's movement, one pose a frame; it loops. Empty: the camera stands still (export_photo3d with a
  /// Photo3D takes its preset `orbit`).
  CameraPath path = {};
  float frames_per_second = kFramesPerSecond;
  std::string title = "3D photo";  ///< UTF-8; the page's title.
  std::string format = {};         ///< An extension without its dot; empty: from the path.
};

}  // namespace portrait_depth
