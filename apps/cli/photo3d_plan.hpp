// A photo's job of photo3d as a value: everything that the options decide before the photo is read.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "output_naming.hpp"
#include "photo3d_options.hpp"
#include "portrait_depth/export.hpp"
#include "portrait_depth/film.hpp"

namespace portrait_depth::cli {

enum class Photo3DKind {
  photo_with_depth,
  stereo_picture,  ///< One picture for several eyes.
  mesh,            ///< A scene without a camera.
  scene,
  frames,  ///< One picture file a frame.
  film,
};

struct Photo3DJob : Job {
  Photo3DKind kind = Photo3DKind::film;
  std::optional<StereoLayout> layout = {};
  const FilmFormat* film = nullptr;            ///< The row of `frames` and `film`.
  std::optional<int> width = {}, height = {};  ///< The given sides of the frames.
  float frames_per_second = 0;                 ///< Of the film or the camera path.
  bool has_scene_zoom = false;                 ///< The scene file stores the camera's zoom.

  bool is_still() const {
    return kind == Photo3DKind::photo_with_depth || kind == Photo3DKind::stereo_picture;
  }
  bool is_scene() const { return kind == Photo3DKind::mesh || kind == Photo3DKind::scene; }
};

/// Plans a named job. Throws WrongUse, and Error from the film's writer, for options that do not fit the
/// result.
Photo3DJob plan_photo3d(const Job& named, const Photo3DCommandOptions& options);

/// The extensions that photo3d writes, of all tables.
std::vector<std::string> photo3d_formats();

/// The names of the job's files: a PNG sequence's frames (at most as many as the film can have), a pair's two
/// pictures.
std::vector<std::filesystem::path> files_of(const Photo3DJob& job, const Photo3DCommandOptions& options,
                                            float duration_seconds);

/// The writer of a film's or sequence's job.
std::unique_ptr<VideoWriter> film_writer(const Photo3DJob& job, const Photo3DCommandOptions& options);

/// Of the frames, or of one view of a stereo picture.
PixelSize frame_size(const Photo3DJob& job, const PhotoInfo& photo);

}  // namespace portrait_depth::cli
