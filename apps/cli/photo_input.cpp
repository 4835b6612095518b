#include "photo_input.hpp"

#include <iostream>
#include <iterator>

namespace portrait_depth::cli {
namespace {

constexpr const char* standard_input_name = "standard input";

}  // namespace

PhotoInput::PhotoInput(const std::string& input) : input_(input) {
  if (input_ == "-")
    bytes_.assign(std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>());
}

PhotoInfo PhotoInput::info() const {
  return input_ == "-" ? read_photo_info(bytes_, standard_input_name) : read_photo_info(input_);
}

Photo PhotoInput::load(const CommonOptions& options, int min_short_side) const {
  const LoadOptions load = {.min_short_side = min_short_side, .max_pixels = options.max_pixels()};
  return input_ == "-" ? load_photo(bytes_, standard_input_name, load) : load_photo(input_, load);
}

}  // namespace portrait_depth::cli
