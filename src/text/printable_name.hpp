// Names from untrusted files in error messages.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace portrait_depth {

/// At most 64 characters; each byte that is not a visible character of ASCII becomes `?`.
inline std::string printable_name(std::string_view name) {
  constexpr std::size_t kLongest = 64;
  std::string text(name.substr(0, kLongest));
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c <= ' ' || c > '~'; }, '?');
  return text;
}

}  // namespace portrait_depth
