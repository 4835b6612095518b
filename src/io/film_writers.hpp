// The writers of the film formats. They receive at least one frame, and all frames have one size and number
// of channels: ThreadedWriter checks that.
#pragma once

#include <filesystem>
#include <memory>
#include <string_view>

#include "portrait_depth/io.hpp"

namespace portrait_depth::io {

/// WebM, MP4, animated WebP and AVIF, by FFmpeg.
std::unique_ptr<VideoWriter> create_color_film(const std::filesystem::path& path, const FilmFormat& format,
                                               const VideoOptions& options);
std::unique_ptr<VideoWriter> create_gif(const std::filesystem::path& path, const FilmFormat& format,
                                        const VideoOptions& options);
/// One PNG a frame: `path` is a name with %d or %04d in it, a folder, or name.png, which makes name-0001.png
/// and so on.
std::unique_ptr<VideoWriter> create_png_sequence(const std::filesystem::path& path, const FilmFormat& format,
                                                 const VideoOptions& options);

/// The writer of a row of film_formats(). Throws ErrorCode::unsupported for a row without a writer.
FilmWriterFactory film_writer(const FilmFormat& format);

/// True for an existing folder, and for a path that ends with a slash.
bool names_folder(const std::filesystem::path& path);

}  // namespace portrait_depth::io
