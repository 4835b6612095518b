// A GIF film as a file: film::GifFilm makes its bytes.
#include "film/gif_film.hpp"

#include <memory>
#include <utility>

#include "io/film_writers.hpp"
#include "io/output_file.hpp"

namespace portrait_depth::io {
namespace {

film::GifFilm gif_of(const std::filesystem::path& path, const VideoOptions& options) {
  try {
    return film::GifFilm({options.frames_per_second, options.loops, options.quality});
  } catch (const Error& error) {
    throw Error(ErrorCode::unsupported, output_name(path) + ": " + error.what());
  }
}

class GifFile : public VideoWriter {
 public:
  GifFile(const std::filesystem::path& path, const VideoOptions& options)
      : path_(path), gif_(gif_of(path, options)) {}

  void write(const Image& frame) override {
    if (!file_) file_ = std::make_unique<OutputFile>(path_);
    gif_.write(frame);
    write_encoded();
  }

  void finish() override {
    gif_.end();
    write_encoded();
    file_->commit();
  }

 private:
  void write_encoded() {
    while (gif_.encode_step()) {
    }
    file_->write(gif_.take_bytes());
  }

  std::filesystem::path path_;
  film::GifFilm gif_;
  std::unique_ptr<OutputFile> file_;
};

}  // namespace

std::unique_ptr<VideoWriter> create_gif(const std::filesystem::path& path, const FilmFormat& /*format*/,
                                        const VideoOptions& options) {
  return std::make_unique<GifFile>(path, options);
}

}  // namespace portrait_depth::io
