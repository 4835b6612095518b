// Numbers as text with a decimal point, independent of the host program's locale.
#pragma once

#include <charconv>
#include <optional>
#include <string>
#include <string_view>

namespace portrait_depth {

/// As many significant digits as distinguish a float from its neighbors.
inline constexpr int kFloatDigits = 9;

/// At most `digits` significant digits, without trailing zeros, as printf's %g in the C locale.
inline std::string number_text(double value, int digits = 6) {
  char text[64];
  const auto [end, error] =
      std::to_chars(text, text + sizeof text, value, std::chars_format::general, digits);
  return {text, error == std::errc() ? end : text};
}

/// Removes the number at the beginning of `text` and returns it; empty if `text` does not begin with one.
inline std::optional<float> take_number(std::string_view& text) {
  float value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

}  // namespace portrait_depth
