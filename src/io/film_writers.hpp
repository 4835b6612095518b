// The kinds of film that create_video_writer chooses from.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "portrait_depth/io.hpp"

namespace portrait_depth::io {

/// `format` is one of webm, mp4, webp and avif.
std::unique_ptr<VideoWriter> create_colour_film(const std::filesystem::path& path, const std::string& format,
                                                const VideoOptions& options);
std::unique_ptr<VideoWriter> create_gif(const std::filesystem::path& path, const VideoOptions& options);
/// One PNG a frame: `path` is a name with %d or %04d in it, a folder, or name.png, which makes name-0001.png
/// and so on.
std::unique_ptr<VideoWriter> create_png_sequence(const std::filesystem::path& path);

/// The state that all writers check alike: frames of one size and one number of channels, nothing after
/// finish().
class FrameCheck {
 public:
  explicit FrameCheck(std::string name) : name_(std::move(name)) {}
  /// True at the first frame. Throws ErrorCode::invalid_argument.
  bool accept(const Image& frame);
  /// Throws ErrorCode::invalid_argument where finish() came before, or no frame.
  void finish();

 private:
  std::string name_;
  int width_ = 0, height_ = 0, channels_ = 0;
  bool finished_ = false;
};

}  // namespace portrait_depth::io
