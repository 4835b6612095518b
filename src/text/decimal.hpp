// Decimal numbers of a file, read independently of the host program's locale; also with the browser's
// standard library.
#pragma once

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

namespace portrait_depth {

/// Removes the decimal number at the beginning of `text` and returns it; no white space, sign `+`, infinity
/// or NaN. Empty if `text` does not begin with one, or if it is out of range.
inline std::optional<double> take_decimal(std::string_view& text) {
  constexpr std::size_t kMostCharacters = 1000;  // limits the time for long text without a number
  const std::string_view start = text.substr(0, kMostCharacters);
  const std::string_view digits = start.substr(0, start.find_first_not_of("0123456789.eE+-"));
  double value = 0;
#if defined(__cpp_lib_to_chars)
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  text.remove_prefix(static_cast<std::size_t>(end - digits.data()));
  return error == std::errc() ? std::optional(value) : std::nullopt;
#else
  // The browser's standard library lacks from_chars for floating-point numbers. It has one locale.
  if (digits.starts_with('+')) return std::nullopt;
  const std::string copy(digits);
  char* end = nullptr;
  value = std::strtod(copy.c_str(), &end);
  const auto length = static_cast<std::size_t>(end - copy.c_str());
  text.remove_prefix(length);
  return length > 0 && std::isfinite(value) ? std::optional(value) : std::nullopt;
#endif
}

}  // namespace portrait_depth
