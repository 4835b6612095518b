// From a photo to a 3D photo's file: the work of `photo3d` for one photo.
#pragma once

#include <vector>

#include "background_option.hpp"
#include "person_depth.hpp"
#include "photo3d_options.hpp"
#include "photo3d_plan.hpp"
#include "photo_input.hpp"
#include "portrait_depth/photo3d.hpp"
#include "portrait_depth/thread_pool.hpp"
#include "report.hpp"

namespace portrait_depth::cli {

/// Everything that is made once and serves all photos.
class Photo3DMaker {
 public:
  /// Throws WrongUse or Error for contradictory options, unknown networks and unreadable files of the
  /// options.
  Photo3DMaker(const Photo3DCommandOptions& options, Networks& networks);
  static OutputRule rule();
  /// The length of the camera's path.
  float seconds() const;
  void make(const Photo3DJob& job, const PhotoInput& input, Report& report);

 private:
  void write(const Photo3D& photo3d, const CameraPath& path, PixelSize size, const Photo3DJob& job,
             Report& report);
  CameraPath camera_path(const Photo3D& photo3d, const Photo3DJob& job) const;
  Photo3DOptions build_options(const Image& image, PixelSize size);

  const Photo3DCommandOptions& options_;
  std::vector<CameraKeyframe> keyframes_;
  PersonDepth person_depth_;
  BackgroundChoice background_;
  ThreadPool threads_;
};

}  // namespace portrait_depth::cli
