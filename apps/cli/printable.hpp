// Text from files for a terminal: file names and EXIF can hold control characters.
#pragma once

#include <string>
#include <string_view>

namespace portrait_depth::cli {

/// UTF-8 with control characters (C0, DEL and C1) as \xNN, a line feed as \n and a tab as \t, so that text
/// from a file cannot control the terminal or look like a line of its own.
std::string printable(std::string_view text);

}  // namespace portrait_depth::cli
