// The background of a 3D photo from --background, and the size at which pictures are loaded for it.
#pragma once

#include <string>

#include "job_options.hpp"
#include "portrait_depth/film.hpp"
#include "portrait_depth/io.hpp"
#include "portrait_depth/photo3d.hpp"

namespace portrait_depth::cli {

/// The shorter side of a photo, in pixels, with which frames of this size stay sharp when the camera comes
/// nearer, and segmentation finds the person.
int short_side_for(const PhotoInfo& photo, PixelSize frame);

/// True for "fill", "blur", "none" and "#rrggbb": a background without a picture's path.
bool is_background_word(const std::string& text);

/// "fill", "blur", "none", "#rrggbb" or a picture's path. Holds the picture that a Background only views.
class BackgroundChoice {
 public:
  /// Throws WrongUse for any other text, Error for an unreadable picture.
  BackgroundChoice(const std::string& text, const JobOptions& options);
  /// Loads the picture as large as `frame` needs it. Valid until the next call and as long as this object.
  const Background& background(PixelSize frame);

 private:
  void load_picture(int min_short_side);

  const JobOptions& options_;
  Background background_;
  std::string picture_path_;
  Image picture_;
  int picture_side_ = 0;  // that picture_ was loaded for
};

}  // namespace portrait_depth::cli
