#include "film/formats.hpp"

#include <algorithm>
#include <deque>
#include <utility>

#include "portrait_depth/error.hpp"

namespace portrait_depth {
namespace {

constexpr int kMovingPictureSide = 480;    // GIF and WebP films are sent and embedded, and must be small
constexpr float kGifFramesPerSecond = 20;  // looks smooth; a GIF grows with each frame
constexpr float kLargestBrowserRate = 50;  // browsers play frames of moving pictures below 1/50 s slowly

std::deque<FilmFormat> built_in_formats() {
  return {
      {.extension = "gif",
       .description = "animated GIF, 255 colors, dithered",
       .codecs = {{"gif", "GIF", true}},
       .has_loops = true,
       .usual_longer_side = kMovingPictureSide,
       .usual_frames_per_second = kGifFramesPerSecond,
       .largest_frames_per_second = kLargestBrowserRate},
      {.extension = "webm",
       .description = "WebM, VP9",
       .codecs = {{"vp9", "VP9", true}, {"av1", "AV1", false}},
       .has_even_sides = true},
      {.extension = "mp4",
       .description = "MP4, H.264",
       .codecs = {{"h264", "H.264", false}},
       .has_even_sides = true},
      {.extension = "webp",
       .description = "animated WebP",
       .codecs = {{"webp", "WebP", true}},
       .has_loops = true,
       .usual_longer_side = kMovingPictureSide,
       .largest_frames_per_second = kLargestBrowserRate},
      {.extension = "avif",
       .description = "animated AVIF, AV1",
       .codecs = {{"av1", "AV1", false}},
       .has_even_sides = true,
       .largest_frames_per_second = kLargestBrowserRate},
      {.extension = "png",
       .description = "one picture a frame: name-%04d.png, or a folder",
       .kind = FilmKind::frames,
       .codecs = {{"png", "PNG", true}},
       .has_quality = false},
  };
}

// References to rows stay valid when rows are added.
std::deque<FilmFormat>& table() {
  static std::deque<FilmFormat> rows = built_in_formats();
  return rows;
}

const FilmFormat* find(std::string_view extension) {
  const auto row = std::find_if(table().begin(), table().end(),
                                [&](const FilmFormat& format) { return format.extension == extension; });
  return row == table().end() ? nullptr : &*row;
}

std::string listed(const std::vector<std::string>& words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i)
    text += (i == 0 ? "" : i + 1 == words.size() ? " or " : ", ") + words[i];
  return text;
}

}  // namespace

std::vector<FilmFormat> film_formats() {
  return {table().begin(), table().end()};
}

bool is_film_format(std::string_view extension) {
  return find(extension) != nullptr;
}

const FilmFormat& film_format(std::string_view extension) {
  if (const FilmFormat* row = find(extension)) return *row;
  throw Error(ErrorCode::unsupported,
              "films cannot be written as " + std::string(extension) + "; take " + film::listed_formats());
}

const FilmCodec& film_codec(const FilmFormat& format, std::string_view name) {
  if (name.empty()) return format.codecs.front();
  if (format.codecs.size() == 1)
    throw Error(ErrorCode::unsupported,
                format.extension + " films have one codec; leave the codec " + std::string(name) + " out");
  std::vector<std::string> names;
  for (const FilmCodec& codec : format.codecs) {
    if (codec.name == name) return codec;
    names.push_back(codec.name);
  }
  throw Error(ErrorCode::unsupported,
              format.extension + " films have no codec " + std::string(name) + "; take " + listed(names));
}

float usual_frames_per_second(std::string_view format) {
  return format.empty() ? kFramesPerSecond : film_format(format).usual_frames_per_second;
}

namespace film {

void add_format(FilmFormat format) {
  const bool is_lower = std::all_of(format.extension.begin(), format.extension.end(), [](unsigned char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  });
  if (format.extension.empty() || !is_lower || format.codecs.empty())
    throw Error(ErrorCode::invalid_argument,
                "a film format needs an extension of lower-case letters and digits, and a codec");
  if (is_film_format(format.extension))
    throw Error(ErrorCode::invalid_argument,
                "the film format " + format.extension + " is known; register another extension");
  table().push_back(std::move(format));
}

std::string listed_formats() {
  std::vector<std::string> names;
  for (const FilmFormat& format : table()) names.push_back(format.extension);
  return listed(names);
}

std::string no_transparency_message(const FilmFormat& format, const FilmCodec& codec) {
  std::vector<std::string> names;
  for (const FilmFormat& row : table())
    for (const FilmCodec& other : row.codecs)
      if (other.has_alpha)
        names.push_back(row.codecs.size() == 1 ? row.extension : row.extension + " (" + other.name + ")");
  const std::string& name = format.codecs.size() == 1 ? format.extension : codec.name;
  return name + " films have no transparency; take " + listed(names);
}

}  // namespace film
}  // namespace portrait_depth
