// The table of film writers, by the extension of their row in src/film/formats.cpp.
#include "io/film_writers.hpp"

#include <functional>
#include <map>
#include <string>

#include "film/formats.hpp"

namespace portrait_depth {
namespace {

std::map<std::string, FilmWriterFactory, std::less<>>& writers() {
  static std::map<std::string, FilmWriterFactory, std::less<>> table = {
      {"gif", io::create_gif},         {"webm", io::create_color_film}, {"mp4", io::create_color_film},
      {"webp", io::create_color_film}, {"avif", io::create_color_film}, {"png", io::create_png_sequence},
  };
  return table;
}

}  // namespace

FilmWriterFactory io::film_writer(const FilmFormat& format) {
  const auto found = writers().find(format.extension);
  if (found == writers().end())
    throw Error(ErrorCode::unsupported, "the film format " + format.extension + " has no writer");
  return found->second;
}

void register_film_format(const FilmFormat& format, FilmWriterFactory writer) {
  if (writer == nullptr)
    throw Error(ErrorCode::invalid_argument, "the film format " + format.extension + " needs a writer");
  film::add_format(format);
  writers().emplace(format.extension, writer);
}

}  // namespace portrait_depth
