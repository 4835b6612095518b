// Lower case of names and messages, independent of the host program's locale.
#pragma once

#include <string>

namespace portrait_depth {

/// A to Z become a to z; all other bytes stay.
inline std::string lower_case(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

}  // namespace portrait_depth
