// How large and in front of what a 3D photo is shown: the options of photo3d, made into what the
// library takes.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "job_options.hpp"
#include "portrait_depth/io.hpp"
#include "portrait_depth/photo3d.hpp"
#include "size_option.hpp"

namespace portrait_depth::cli {

/// The size of the frames: film_frame_size() of `size` (WxH; empty: none) or `height` as the user gave them.
PixelSize frame_size(const PhotoInfo& photo, const std::string& format, const std::string& size,
                     std::optional<int> height);

/// The shorter side that a photo needs so that frames of this size stay sharp when the camera comes nearer,
/// and a person is found in it.
int short_side_for(const PhotoInfo& photo, PixelSize frame);

/// "fill", "blur", "none", "#rrggbb" or a picture's path. Holds the picture that a Background only views.
class BackgroundChoice {
 public:
  /// Throws WrongUse for what is none of these, Error for a picture that cannot be read.
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
