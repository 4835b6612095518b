#include "photo3d_output.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdlib>

#include "command.hpp"

namespace portrait_depth::cli {
namespace {

constexpr int usual_film_height = 720, usual_picture_side = 480;  // GIF and WebP: pictures that move
constexpr int least_short_side = 256;                             // a person must still be found in the photo
constexpr double reserve = 1.25;  // pixels of the photo for a pixel of the frame

int even(double side) {
  return std::max(2, static_cast<int>(std::lround(side / 2)) * 2);
}

PixelSize scaled(const PhotoInfo& photo, double scale) {
  return {even(photo.width * scale), even(photo.height * scale)};
}

}  // namespace

PixelSize frame_size(const PhotoInfo& photo, const std::string& format, const std::string& size,
                     std::optional<int> height) {
  if (!size.empty()) {
    const PixelSize asked = parse_size(size, "--size");
    // These films hold one colour for 2 x 2 pixels.
    const bool is_even = format == "mp4" || format == "webm" || format == "avif";
    return is_even ? PixelSize{asked.width / 2 * 2, asked.height / 2 * 2} : asked;
  }
  if (height) return scaled(photo, static_cast<double>(*height) / photo.height);
  const int longest = std::max(photo.width, photo.height);
  const double scale = format == "gif" || format == "webp"
                           ? static_cast<double>(usual_picture_side) / longest
                           : static_cast<double>(usual_film_height) / photo.height;
  return scaled(photo, std::min(1.0, scale));
}

int short_side_for(const PhotoInfo& photo, PixelSize frame) {
  const double scale = std::max(static_cast<double>(frame.width) / photo.width,
                                static_cast<double>(frame.height) / photo.height);
  return std::max(least_short_side,
                  static_cast<int>(std::ceil(std::min(photo.width, photo.height) * scale * reserve)));
}

float usual_frames_per_second(const std::string& format) {
  // A GIF's size grows with its frames, and 20 of them a second still look smooth.
  return format == "gif" ? 20.0f : 30.0f;
}

BackgroundChoice::BackgroundChoice(const std::string& text, const JobOptions& options) : options_(options) {
  std::error_code error;
  if (text == "fill") return;
  if (text == "blur") {
    background_.kind = Background::Kind::blur;
  } else if (text == "none") {
    background_.kind = Background::Kind::transparent;
  } else if (text.size() == 7 && text[0] == '#' &&
             std::all_of(text.begin() + 1, text.end(),
                         [](unsigned char c) { return std::isxdigit(c) != 0; })) {
    background_.kind = Background::Kind::color;
    const unsigned long value = std::strtoul(text.c_str() + 1, nullptr, 16);
    background_.color = {static_cast<std::uint8_t>(value >> 16), static_cast<std::uint8_t>(value >> 8),
                         static_cast<std::uint8_t>(value)};
  } else if (std::filesystem::is_regular_file(text, error)) {
    background_.kind = Background::Kind::picture;
    picture_path_ = text;
    load_picture(1);  // a broken one is found out before the first photo
  } else {
    throw WrongUse("--background: " + text +
                   " is neither fill, blur, none, a colour such as #20a0ff nor a picture");
  }
}

void BackgroundChoice::load_picture(int min_short_side) {
  const LoadOptions load = {.min_short_side = min_short_side, .max_pixels = options_.max_pixels()};
  picture_ = load_photo(picture_path_, load).image;
  picture_side_ = min_short_side;
  background_.picture = picture_.view();
}

const Background& BackgroundChoice::background(PixelSize frame) {
  if (background_.kind != Background::Kind::picture) return background_;
  const int side = short_side_for(read_photo_info(picture_path_), frame);
  if (side != picture_side_) load_picture(side);
  return background_;
}

}  // namespace portrait_depth::cli
