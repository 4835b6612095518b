// A new film format as an exercise: one row and one writer. It needs no other change of the project. Linked
// into a program, or loaded as a library, this file registers the format.
#include <fstream>
#include <memory>

#include "portrait_depth/io.hpp"

namespace {

using namespace portrait_depth;

// Frames without header: RGB or RGBA, row by row.
class RawFilm : public VideoWriter {
 public:
  explicit RawFilm(const std::filesystem::path& path) : path_(path) {}
  void write(const Image& frame) override {
    bytes_.insert(bytes_.end(), frame.bytes().begin(), frame.bytes().end());
  }
  void finish() override {
    std::ofstream stream(path_, std::ios::binary);
    stream.write(reinterpret_cast<const char*>(bytes_.data()), static_cast<std::streamsize>(bytes_.size()));
    if (!stream.flush()) throw Error(ErrorCode::unwritable, path_.string() + " cannot be written");
  }

 private:
  std::filesystem::path path_;
  std::vector<std::uint8_t> bytes_;
};

std::unique_ptr<VideoWriter> create_raw_film(const std::filesystem::path& path, const FilmFormat& /*format*/,
                                             const VideoOptions& /*options*/) {
  return std::make_unique<RawFilm>(path);
}

const bool kIsRegistered = [] {
  register_film_format({.extension = "raw",
                        .description = "frames of plain RGB, for the exercise",
                        .codecs = {{"raw", "RGB", false}},
                        .has_even_sides = true,
                        .has_quality = false,
                        .usual_longer_side = 32,
                        .usual_frames_per_second = 10,
                        .largest_frames_per_second = 20},
                       create_raw_film);
  return true;
}();

}  // namespace
