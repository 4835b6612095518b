#include "text/one_line.hpp"

#include <algorithm>

namespace portrait_depth {

std::string one_line(std::string text) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 127; };
  std::replace_if(text.begin(), text.end(), is_control, ' ');
  const auto is_space = [](char c) { return c == ' '; };
  text.erase(text.begin(), std::find_if_not(text.begin(), text.end(), is_space));
  text.erase(std::find_if_not(text.rbegin(), text.rend(), is_space).base(), text.end());
  return text;
}

}  // namespace portrait_depth
