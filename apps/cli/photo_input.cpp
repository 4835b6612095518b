#include "photo_input.hpp"

#include <filesystem>

#include "files/input_file.hpp"
#include "interrupt.hpp"
#include "io/photo_format.hpp"

namespace portrait_depth::cli {

bool is_read_once(const std::string& input) {
  std::error_code error;
  return input == "-" || std::filesystem::is_fifo(input, error);
}

PhotoInput::PhotoInput(const std::string& input) : name_(input == "-" ? "standard input" : input) {
  if (!is_read_once(input)) return;
  constexpr std::string_view kNoun = io::kPhotoInMemory.noun;
  InputFile stream = input == "-" ? InputFile::standard_input(kNoun) : InputFile(input, kNoun);
  bytes_ = stream.read_to_end(io::kPhotoInMemory, stop_if_interrupted);
}

PhotoInfo PhotoInput::info() const {
  return bytes_ ? read_photo_info(*bytes_, name_) : read_photo_info(name_);
}

Photo PhotoInput::load(const JobOptions& options, Report& report, int min_short_side) const {
  const LoadOptions load = options.load_options(min_short_side);
  Photo photo = bytes_ ? load_photo(*bytes_, name_, load) : load_photo(name_, load);
  if (!photo.info.warning.empty()) report.note(photo.info.warning);
  return photo;
}

std::optional<EmbeddedDepth> PhotoInput::embedded_depth() const {
  return bytes_ ? read_embedded_depth(*bytes_, name_) : read_embedded_depth(name_);
}

std::vector<EmbeddedPicture> PhotoInput::embedded_pictures() const {
  return bytes_ ? list_embedded_pictures(*bytes_, name_) : list_embedded_pictures(name_);
}

float own_pixels(const Photo& photo) {
  return static_cast<float>(photo.info.width) / static_cast<float>(photo.image.width());
}

}  // namespace portrait_depth::cli
