#include "size_option.hpp"

#include <charconv>

#include "command.hpp"

namespace portrait_depth::cli {

PixelSize parse_size(const std::string& text, const std::string& option) {
  PixelSize size;
  const char* end = text.data() + text.size();
  const auto [cross, width_error] = std::from_chars(text.data(), end, size.width);
  if (width_error == std::errc() && cross != end && (*cross == 'x' || *cross == 'X')) {
    const auto [rest, height_error] = std::from_chars(cross + 1, end, size.height);
    if (height_error == std::errc() && rest == end && size.width >= kLeastFrameSide &&
        size.height >= kLeastFrameSide && size.width <= kMostFrameSide && size.height <= kMostFrameSide)
      return size;
  }
  throw WrongUse(option + ": " + text + " is not a size; write it as 640x480, " +
                 std::to_string(kLeastFrameSide) + " to " + std::to_string(kMostFrameSide) +
                 " pixels a side");
}

}  // namespace portrait_depth::cli
