// Base64: RFC 4648.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace portrait_depth {

std::string base64(std::span<const std::uint8_t> bytes);

/// Skips white space, XML's character references such as `&#xA;`, and all other characters outside Base64's
/// alphabet. Ends at `=`.
std::vector<std::uint8_t> bytes_from_base64(std::string_view text);

}  // namespace portrait_depth
