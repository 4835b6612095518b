// Sizes on the command line.
#pragma once

#include <string>

namespace portrait_depth::cli {

struct PixelSize {
  int width = 0, height = 0;
};

/// "640x480". Throws WrongUse and names `option`.
PixelSize parse_size(const std::string& text, const std::string& option);

}  // namespace portrait_depth::cli
