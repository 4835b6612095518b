#include "photo_input.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <memory>

#include "files/input_file.hpp"
#include "interrupt.hpp"
#include "io/photo_format.hpp"

namespace portrait_depth::cli {
namespace {

std::vector<std::uint8_t> read_all(std::FILE* stream, const std::string& name) {
  std::vector<std::uint8_t> bytes;
  std::array<std::uint8_t, 1 << 16> block = {};
  while (const std::size_t count =
             stream == nullptr ? 0 : std::fread(block.data(), 1, block.size(), stream)) {
    bytes.insert(bytes.end(), block.begin(), block.begin() + static_cast<std::ptrdiff_t>(count));
    stop_if_interrupted();
    if (bytes.size() > io::kLargestPhotoInMemory)
      throw Error(ErrorCode::too_large, name + ": too large: more than " +
                                            std::to_string(io::kLargestPhotoInMemory >> 20) +
                                            " MiB. Save the photo as a smaller file.");
  }
  if (stream == nullptr || std::ferror(stream) != 0) fail_reading(name, "photo", errno);
  return bytes;
}

std::vector<std::uint8_t> read_pipe(const std::string& path) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(std::fopen(path.c_str(), "rb"), std::fclose);
  return read_all(pipe.get(), path);
}

}  // namespace

bool is_read_once(const std::string& input) {
  std::error_code error;
  return input == "-" || std::filesystem::is_fifo(input, error);
}

PhotoInput::PhotoInput(const std::string& input) : name_(input == "-" ? "standard input" : input) {
  if (is_read_once(input)) bytes_ = input == "-" ? read_all(stdin, name_) : read_pipe(input);
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
