// Sizes on the command line.
#pragma once

#include <string>

#include "portrait_depth/film.hpp"

namespace portrait_depth::cli {

/// "640x480". Throws WrongUse and names `option`.
PixelSize parse_size(const std::string& text, const std::string& option);

}  // namespace portrait_depth::cli
