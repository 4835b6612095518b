#include "background_option.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdlib>

#include "command.hpp"

namespace portrait_depth::cli {
namespace {

constexpr int kLeastShortSide = 256;  // a person must still be found in the photo
constexpr double kReserve = 1.25;     // pixels of the photo for a pixel of the frame

bool is_color(const std::string& text) {
  return text.size() == 7 && text[0] == '#' &&
         std::all_of(text.begin() + 1, text.end(), [](unsigned char c) { return std::isxdigit(c) != 0; });
}

}  // namespace

bool is_background_word(const std::string& text) {
  return text == "fill" || text == "blur" || text == "none" || is_color(text);
}

int short_side_for(const PhotoInfo& photo, PixelSize frame) {
  const double scale = std::max(static_cast<double>(frame.width) / photo.width,
                                static_cast<double>(frame.height) / photo.height);
  return std::max(kLeastShortSide,
                  static_cast<int>(std::ceil(std::min(photo.width, photo.height) * scale * kReserve)));
}

BackgroundChoice::BackgroundChoice(const std::string& text, const JobOptions& options) : options_(options) {
  std::error_code error;
  if (text == "fill") return;
  if (text == "blur") {
    background_.kind = Background::Kind::blur;
  } else if (text == "none") {
    background_.kind = Background::Kind::transparent;
  } else if (is_color(text)) {
    background_.kind = Background::Kind::color;
    const unsigned long value = std::strtoul(text.c_str() + 1, nullptr, 16);
    background_.color = {static_cast<std::uint8_t>(value >> 16), static_cast<std::uint8_t>(value >> 8),
                         static_cast<std::uint8_t>(value)};
  } else if (std::filesystem::is_regular_file(text, error)) {
    background_.kind = Background::Kind::picture;
    picture_path_ = text;
    load_picture(1);  // a damaged picture is an error before the first photo
  } else {
    throw WrongUse("--background: " + text +
                   " is not a background; take fill, blur, none, a color such as #20a0ff or a picture");
  }
}

void BackgroundChoice::load_picture(int min_short_side) {
  picture_ = load_photo(picture_path_, options_.load_options(min_short_side)).image;
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
