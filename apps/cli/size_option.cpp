#include "size_option.hpp"

#include <charconv>

#include "command.hpp"

namespace portrait_depth::cli {

PixelSize parse_size(const std::string& text, const std::string& option) {
  constexpr int largest = 16384;
  PixelSize size;
  const char* end = text.data() + text.size();
  const auto [cross, width_error] = std::from_chars(text.data(), end, size.width);
  if (width_error == std::errc() && cross != end && (*cross == 'x' || *cross == 'X')) {
    const auto [rest, height_error] = std::from_chars(cross + 1, end, size.height);
    if (height_error == std::errc() && rest == end && size.width >= 2 && size.height >= 2 &&
        size.width <= largest && size.height <= largest)
      return size;
  }
  throw WrongUse(option + ": " + text + " is no size; write it as 640x480, 2 to 16384 pixels a side");
}

}  // namespace portrait_depth::cli
