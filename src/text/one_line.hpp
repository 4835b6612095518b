// Text of an untrusted file or of another library, for errors and reports.
#pragma once

#include <string>

namespace portrait_depth {

/// Each control character becomes a space; spaces at the ends are removed.
std::string one_line(std::string text);

}  // namespace portrait_depth
