// The kinds of results that photo3d makes, and which of its options each takes.
#pragma once

#include <optional>
#include <string>

#include "portrait_depth/export.hpp"

namespace CLI {
class App;
}  // namespace CLI

namespace portrait_depth::cli {

enum Photo3DKind : unsigned {
  kPhotoWithDepth = 1,
  kStill = 2,  ///< One picture for several eyes.
  kMesh = 4,   ///< A scene without a camera.
  kScene = 8,
  kFrames = 16,
  kFilm = 32,
  kWebm = 64,
  kLoop = 128,  ///< GIF and WebP, which say how often they play.
  kFilms = kFilm | kWebm | kLoop
};

Photo3DKind kind_of(const std::string& format, const std::optional<StereoLayout>& layout);

/// True for the formats of export_photo3d().
bool is_scene(const std::string& format);

/// The options given on the command line that such a result has no use for, with commas; empty where there
/// are none. `original`: --preset names a scene and not a camera's movement.
std::string useless_options(const CLI::App& command, Photo3DKind kind, bool original);

/// "a .glb"
std::string name_of(Photo3DKind kind, const std::string& format);

}  // namespace portrait_depth::cli
