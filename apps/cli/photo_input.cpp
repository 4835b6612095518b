#include "photo_input.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>

namespace portrait_depth::cli {
namespace {

constexpr const char* standard_input_name = "standard input";

std::vector<std::uint8_t> read_standard_input() {
  std::vector<std::uint8_t> bytes;
  std::array<std::uint8_t, 1 << 16> block = {};
  while (const std::size_t count = std::fread(block.data(), 1, block.size(), stdin))
    bytes.insert(bytes.end(), block.begin(), block.begin() + static_cast<std::ptrdiff_t>(count));
  if (std::ferror(stdin) != 0)
    throw Error(ErrorCode::unreadable, std::string(standard_input_name) + " cannot be read (" +
                                           std::strerror(errno) + "); send a photo into it");
  return bytes;
}

}  // namespace

PhotoInput::PhotoInput(const std::string& input) : input_(input) {
  if (input_ == "-") bytes_ = read_standard_input();
}

PhotoInfo PhotoInput::info() const {
  return input_ == "-" ? read_photo_info(bytes_, standard_input_name) : read_photo_info(input_);
}

Photo PhotoInput::load(const CommonOptions& options, int min_short_side) const {
  const LoadOptions load = {.min_short_side = min_short_side, .max_pixels = options.max_pixels()};
  return input_ == "-" ? load_photo(bytes_, standard_input_name, load) : load_photo(input_, load);
}

}  // namespace portrait_depth::cli
