// The kinds of film that create_video_writer chooses from. They see at least one frame, and all of one size
// and number of channels: ThreadedWriter takes care of that.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "portrait_depth/io.hpp"

namespace portrait_depth::io {

/// `format` is one of webm, mp4, webp and avif.
std::unique_ptr<VideoWriter> create_color_film(const std::filesystem::path& path, const std::string& format,
                                               const VideoOptions& options);
std::unique_ptr<VideoWriter> create_gif(const std::filesystem::path& path, const VideoOptions& options);
/// True for a folder that is there, and for a path that ends with a slash.
bool names_folder(const std::filesystem::path& path);
/// One PNG a frame: `path` is a name with %d or %04d in it, a folder, or name.png, which makes name-0001.png
/// and so on.
std::unique_ptr<VideoWriter> create_png_sequence(const std::filesystem::path& path);

}  // namespace portrait_depth::io
