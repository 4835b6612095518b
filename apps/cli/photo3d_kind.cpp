#include "photo3d_kind.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>

#include "still_output.hpp"

namespace portrait_depth::cli {

Photo3DKind kind_of(const std::string& format, const std::optional<StereoLayout>& layout) {
  if (is_still(format, layout)) return layout ? kStill : kPhotoWithDepth;
  if (is_scene(format)) return format == "ply" ? kMesh : kScene;
  if (format == "png") return kFrames;
  if (format == "webm") return kWebm;
  return format == "gif" || format == "webp" ? kLoop : kFilm;
}

bool is_scene(const std::string& format) {
  const auto formats = export_formats();
  return std::any_of(formats.begin(), formats.end(),
                     [&](const ExportFormat& f) { return f.extension == format; });
}

std::string useless_options(const CLI::App& command, Photo3DKind kind, bool original) {
  constexpr unsigned kMoving = kFilms | kFrames | kScene, kSeen = kMoving | kStill, kBuilt = kSeen | kMesh;
  struct Use {
    const char* option;
    unsigned kinds;
  };
  const std::array uses = {Use{"--preset", original ? kBuilt : kSeen},
                           Use{"--size", kBuilt},
                           Use{"--height", kBuilt},
                           Use{"--fps", kMoving},
                           Use{"--duration", kMoving},
                           Use{"--strength", kSeen},
                           Use{"--relief", kBuilt},
                           Use{"--path", kSeen},
                           Use{"--focus", kSeen},
                           Use{"--stereo", kFilms | kFrames | kStill},
                           Use{"--no-limit", kSeen},
                           Use{"--background", kBuilt},
                           Use{"--loops", kLoop},
                           Use{"--quality", kFilms},
                           Use{"--codec", kWebm},
                           Use{"--pair", kPhotoWithDepth}};
  std::string names;
  for (const Use& use : uses)
    if ((use.kinds & kind) == 0 && command.count(use.option) > 0)
      names.append(names.empty() ? "" : ", ").append(use.option);
  return names;
}

std::string name_of(Photo3DKind kind, const std::string& format) {
  if (kind == kPhotoWithDepth) return "a photo with its depth";
  if (kind == kStill) return "one picture for several eyes";
  if (kind == kFrames) return "a sequence of pictures";
  return "a ." + format;
}

}  // namespace portrait_depth::cli
